#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE 1

#include "CNibbleTerminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int crash_signals[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGALRM, SIGQUIT};
static const int end_signals[] = {SIGTERM, SIGHUP, SIGINT};
enum { crash_count = sizeof crash_signals / sizeof *crash_signals };
enum { end_count = sizeof end_signals / sizeof *end_signals };
// How long a process that was asked to end may take over saving its state, in seconds.
enum { seconds_to_end = 3 };

static volatile sig_atomic_t wake_end = -1;
static volatile sig_atomic_t resized, suspended, ending;
static char restore_sequence[512];
static size_t restore_length;
static struct termios shell_mode;
static bool has_shell_mode, installed;
static char alternate_stack[32768];
static struct sigaction former_crash[crash_count], former_end[end_count];
static struct sigaction former_resize, former_suspend, former_pipe;

static void write_all(int file, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

static void wake(void) {
    int saved = errno;
    if (wake_end >= 0) write_all(wake_end, "s", 1);
    errno = saved;
}

static void die(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
    sigset_t unblocked;
    sigemptyset(&unblocked);
    sigaddset(&unblocked, number);
    pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
    raise(number);
}

static void restore_terminal(void) {
    write_all(STDOUT_FILENO, restore_sequence, restore_length);
    if (has_shell_mode) tcsetattr(STDIN_FILENO, TCSANOW, &shell_mode);
}

static void on_crash(int number) {
    restore_terminal();
    // An alarm means that a process asked to end took too long over it.
    die(number == SIGALRM && ending ? ending : number);
}

static void on_end(int number) {
    if (ending) {
        on_crash(number);
        return;
    }
    ending = number;
    alarm(seconds_to_end);
    wake();
}

static void on_resize(int number) {
    (void)number;
    resized = 1;
    wake();
}

static void on_suspend(int number) {
    (void)number;
    suspended = 1;
    wake();
}

static void set_handler(int number, void (*handler)(int), int flags, struct sigaction *former) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, former);
}

void nibble_signals_install(int wake_file, const char *restore, size_t count) {
    if (installed) return;
    installed = true;
    wake_end = wake_file;
    resized = suspended = ending = 0;
    restore_length = count < sizeof restore_sequence ? count : sizeof restore_sequence;
    memcpy(restore_sequence, restore, restore_length);
    has_shell_mode = tcgetattr(STDIN_FILENO, &shell_mode) == 0;
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
    sigaltstack(&stack, NULL);
    for (int index = 0; index < crash_count; index++) {
        set_handler(crash_signals[index], on_crash, SA_ONSTACK, &former_crash[index]);
    }
    for (int index = 0; index < end_count; index++) {
        set_handler(end_signals[index], on_end, SA_RESTART, &former_end[index]);
    }
    set_handler(SIGWINCH, on_resize, SA_RESTART, &former_resize);
    set_handler(SIGTSTP, on_suspend, SA_RESTART, &former_suspend);
    set_handler(SIGPIPE, SIG_IGN, 0, &former_pipe);
}

void nibble_signals_remove(void) {
    if (!installed) return;
    installed = false;
    wake_end = -1;
    alarm(0);
    for (int index = 0; index < crash_count; index++) {
        sigaction(crash_signals[index], &former_crash[index], NULL);
    }
    for (int index = 0; index < end_count; index++) sigaction(end_signals[index], &former_end[index], NULL);
    sigaction(SIGWINCH, &former_resize, NULL);
    sigaction(SIGTSTP, &former_suspend, NULL);
    sigaction(SIGPIPE, &former_pipe, NULL);
}

bool nibble_signals_take_resize(void) {
    bool happened = resized;
    resized = 0;
    return happened;
}

bool nibble_signals_take_suspend(void) {
    bool happened = suspended;
    suspended = 0;
    return happened;
}

int nibble_signals_termination(void) { return ending; }

void nibble_signals_stop_process(void) {
    struct sigaction ours;
    set_handler(SIGTSTP, SIG_DFL, 0, &ours);
    sigset_t unblocked, before;
    sigemptyset(&unblocked);
    sigaddset(&unblocked, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &unblocked, &before);
    // The whole group stops, as at the terminal's own Ctrl-Z: a shell function or a pipe may stand around us.
    kill(0, SIGTSTP);
    // Another thread may take the signal: give it time to stop the process before the terminal is taken again.
    poll(NULL, 0, 20);
    sigaction(SIGTSTP, &ours, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    suspended = 0;
}

void nibble_signals_die(int signal_number) { die(signal_number); }
