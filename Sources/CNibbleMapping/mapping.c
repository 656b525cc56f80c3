#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "CNibbleMapping.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// A model has at most some hundred files; a slot that is never used costs no memory.
enum { mapping_limit = 16384 };

// A slot is free while its length is 0. The handler reads start before length, whoever fills a slot writes them the other
// way round.
struct mapping {
    _Atomic uintptr_t start;
    _Atomic size_t length;
    atomic_bool is_cut_short;
};

static struct mapping mappings[mapping_limit];
static _Atomic int used_count;
static uintptr_t page_size = 4096;
static struct sigaction former;
static pthread_mutex_t change = PTHREAD_MUTEX_INITIALIZER;

static struct mapping *mapping_of(uintptr_t address) {
    int count = atomic_load(&used_count);
    for (int index = 0; index < count; index++) {
        struct mapping *mapping = &mappings[index];
        size_t length = atomic_load(&mapping->length);
        uintptr_t start = atomic_load(&mapping->start);
        if (length > 0 && address >= start && address - start < length) return mapping;
    }
    return NULL;
}

// Puts zeros in place of the page and of those behind it, none of which can be trusted any more. POSIX doesn't list mmap
// among what a handler may call; on Linux and macOS it is one system call that takes no lock of this process.
static bool fill_with_zeros(struct mapping *mapping, uintptr_t address) {
    uintptr_t page = address & ~(page_size - 1);
    uintptr_t end = atomic_load(&mapping->start) + atomic_load(&mapping->length);
    void *start = (void *)page;
    return mmap(start, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == start;
}

// What was to happen before this handler was there. A default action comes with the instruction's next try.
static void pass_on(int number, siginfo_t *information, void *context) {
    // One that passes the signal on in its turn would come back here: the second time the process dies.
    static _Thread_local volatile sig_atomic_t is_passing;
    bool is_function = (former.sa_flags & SA_SIGINFO) != 0
        || (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN);
    if (is_passing || !is_function) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = SIG_DFL;
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, NULL);
        // One that was sent with kill has no instruction that would fail again.
        if (information->si_code <= 0) raise(number);
        return;
    }
    is_passing = 1;
    if (former.sa_flags & SA_SIGINFO) {
        former.sa_sigaction(number, information, context);
    } else {
        former.sa_handler(number);
    }
    is_passing = 0;
}

static void on_lost_page(int number, siginfo_t *information, void *context) {
    int saved = errno;
    struct mapping *mapping = information->si_code > 0 ? mapping_of((uintptr_t)information->si_addr) : NULL;
    if (mapping != NULL && fill_with_zeros(mapping, (uintptr_t)information->si_addr)) {
        atomic_store(&mapping->is_cut_short, true);
        errno = saved;
        return;
    }
    pass_on(number, information, context);
    errno = saved;
}

void nibble_mapping_install(void) {
    pthread_mutex_lock(&change);
    struct sigaction current;
    bool is_ours = sigaction(SIGBUS, NULL, &current) == 0 && (current.sa_flags & SA_SIGINFO) != 0
        && current.sa_sigaction == on_lost_page;
    if (!is_ours) {
        page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
        former = current;
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_lost_page;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, NULL);
    }
    pthread_mutex_unlock(&change);
}

int nibble_mapping_register(void *start, size_t length) {
    if (start == NULL || length == 0) return -1;
    nibble_mapping_install();
    pthread_mutex_lock(&change);
    int number = -1;
    for (int index = 0; index < mapping_limit && number < 0; index++) {
        if (atomic_load(&mappings[index].length) == 0) number = index;
    }
    if (number >= 0) {
        atomic_store(&mappings[number].is_cut_short, false);
        atomic_store(&mappings[number].start, (uintptr_t)start);
        atomic_store(&mappings[number].length, length);
        if (number >= atomic_load(&used_count)) atomic_store(&used_count, number + 1);
    }
    pthread_mutex_unlock(&change);
    return number;
}

void nibble_mapping_unregister(int number) {
    if (number < 0 || number >= mapping_limit) return;
    pthread_mutex_lock(&change);
    atomic_store(&mappings[number].length, 0);
    pthread_mutex_unlock(&change);
}

bool nibble_mapping_is_cut_short(int number) {
    return number >= 0 && number < mapping_limit && atomic_load(&mappings[number].is_cut_short);
}
