#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE 1

#include "CNibbleTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// What ends a process unless it says otherwise (signal(7)); the real-time signals do so too.
static const int crash_signals[] = {
    SIGSEGV, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,    SIGALRM, SIGQUIT,
    SIGSYS,  SIGXCPU, SIGXFSZ, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF,
#ifdef SIGPOLL
    SIGPOLL,
#endif
#ifdef SIGPWR
    SIGPWR,
#endif
#ifdef SIGSTKFLT
    SIGSTKFLT,
#endif
};
static const int end_signals[] = {SIGTERM, SIGHUP, SIGINT};
enum { crash_count = sizeof crash_signals / sizeof *crash_signals };
enum { end_count = sizeof end_signals / sizeof *end_signals };
// How long a process that was asked to end may take over saving its state, in seconds.
enum { seconds_to_end = 3 };
// How long a terminal that takes nothing may hold up the end: so many times so many milliseconds.
enum { write_tries = 10, write_pause = 20 };

static volatile sig_atomic_t wake_end = -1;
static volatile sig_atomic_t resized, suspended, continued, ending, restore_length;
static char restore_sequence[512];
// An open file of its own: that of standard output is shared with the shell, so it can't be told not to block.
static int restore_file = -1;
static struct termios shell_mode;
static bool has_shell_mode, guarded, installed;
static char alternate_stack[32768];
static struct sigaction former_crash[crash_count], former_end[end_count];
static struct sigaction former_resize, former_suspend, former_continue, former_pipe;

// Writes what the terminal takes within a short time: it may be stopped, or nobody may read it.
static void write_patiently(int file, const char *bytes, size_t count) {
    for (int try = 0; count > 0 && try < write_tries; try++) {
        struct pollfd wanted = {.fd = file, .events = POLLOUT};
        if (poll(&wanted, 1, write_pause) <= 0) continue;
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno != EINTR && errno != EAGAIN) return;
        if (written <= 0) continue;
        bytes += written;
        count -= (size_t)written;
    }
}

static void wake(void) {
    int saved = errno;
    if (wake_end >= 0 && write(wake_end, "s", 1) < 0) errno = 0;
    errno = saved;
}

static void unblock(int number) {
    sigset_t unblocked;
    sigemptyset(&unblocked);
    sigaddset(&unblocked, number);
    pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
}

static void die(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
    unblock(number);
    raise(number);
}

static void restore_terminal(void) {
    // In the background the terminal is somebody else's.
    pid_t front = tcgetpgrp(STDIN_FILENO);
    if (front > 0 && front != getpgrp()) return;
    // TCSANOW doesn't wait for what has been written.
    if (has_shell_mode) tcsetattr(STDIN_FILENO, TCSANOW, &shell_mode);
    write_patiently(restore_file >= 0 ? restore_file : STDOUT_FILENO, restore_sequence, (size_t)restore_length);
}

static void on_crash(int number) {
    // Whatever holds up the way out, this alarm ends it.
    struct sigaction last_resort;
    memset(&last_resort, 0, sizeof last_resort);
    last_resort.sa_handler = SIG_DFL;
    sigemptyset(&last_resort.sa_mask);
    sigaction(SIGALRM, &last_resort, NULL);
    unblock(SIGALRM);
    alarm(1);
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

static void on_continue(int number) {
    (void)number;
    continued = 1;
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

static int open_terminal(void) {
    const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    char name[256];
    int file = ttyname_r(STDOUT_FILENO, name, sizeof name) == 0 ? open(name, flags) : -1;
    return file >= 0 ? file : open("/dev/tty", flags);
}

// A parent may have left signals blocked; a program that can't be ended is worse than one that ends.
static void unblock_all(void) {
    for (int index = 0; index < crash_count; index++) unblock(crash_signals[index]);
    for (int index = 0; index < end_count; index++) unblock(end_signals[index]);
    unblock(SIGWINCH);
    unblock(SIGTSTP);
    unblock(SIGCONT);
}

void nibble_signals_guard(void) {
    if (guarded) return;
    guarded = true;
    restore_length = 0;
    resized = suspended = continued = ending = 0;
    has_shell_mode = tcgetattr(STDIN_FILENO, &shell_mode) == 0;
    restore_file = open_terminal();
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
    sigaltstack(&stack, NULL);
    for (int index = 0; index < crash_count; index++) {
        set_handler(crash_signals[index], on_crash, SA_ONSTACK, &former_crash[index]);
    }
#ifdef SIGRTMIN
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) set_handler(number, on_crash, SA_ONSTACK, NULL);
#endif
    unblock_all();
}

void nibble_signals_install(int wake_file, const char *restore, size_t count) {
    if (installed) return;
    installed = true;
    wake_end = wake_file;
    if (count > sizeof restore_sequence) count = sizeof restore_sequence;
    memcpy(restore_sequence, restore, count);
    restore_length = (sig_atomic_t)count;
    for (int index = 0; index < end_count; index++) {
        set_handler(end_signals[index], on_end, SA_RESTART, &former_end[index]);
    }
    set_handler(SIGWINCH, on_resize, SA_RESTART, &former_resize);
    set_handler(SIGTSTP, on_suspend, SA_RESTART, &former_suspend);
    set_handler(SIGCONT, on_continue, SA_RESTART, &former_continue);
    set_handler(SIGPIPE, SIG_IGN, 0, &former_pipe);
}

static void uninstall(void) {
    if (!installed) return;
    installed = false;
    wake_end = -1;
    for (int index = 0; index < end_count; index++) sigaction(end_signals[index], &former_end[index], NULL);
    sigaction(SIGWINCH, &former_resize, NULL);
    sigaction(SIGTSTP, &former_suspend, NULL);
    sigaction(SIGCONT, &former_continue, NULL);
    sigaction(SIGPIPE, &former_pipe, NULL);
}

void nibble_signals_remove(void) {
    uninstall();
    if (!guarded) return;
    guarded = false;
    alarm(0);
    restore_length = 0;
    for (int index = 0; index < crash_count; index++) {
        sigaction(crash_signals[index], &former_crash[index], NULL);
    }
#ifdef SIGRTMIN
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) set_handler(number, SIG_DFL, 0, NULL);
#endif
    if (restore_file >= 0) close(restore_file);
    restore_file = -1;
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

bool nibble_signals_take_continue(void) {
    bool happened = continued;
    continued = 0;
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
    continued = 0;
}

void nibble_signals_die(int signal_number) { die(signal_number); }
