#define _GNU_SOURCE 1

#include "CNibblePseudoTerminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

// Runs between fork and exec in a process that had many threads: calls that are safe in a signal handler only.
static void become(
    int follower, const char *path, char *const arguments[], char *const environment[], const char *folder) {
    sigset_t nothing;
    sigemptyset(&nothing);
    sigprocmask(SIG_SETMASK, &nothing, NULL);
    signal(SIGPIPE, SIG_DFL);
    setsid();
    ioctl(follower, TIOCSCTTY, 0);
    for (int descriptor = 0; descriptor < 3; descriptor++) dup2(follower, descriptor);
    for (int descriptor = 3; descriptor < 256; descriptor++) close(descriptor);
    if (chdir(folder) == 0) execve(path, arguments, environment);
    _exit(127);
}

int nibble_start_on_terminal(
    const char *path, char *const arguments[], char *const environment[], const char *folder, int width, int height,
    pid_t *process) {
    char name[128];
    int leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (leader < 0) return -1;
    if (grantpt(leader) != 0 || unlockpt(leader) != 0 || ptsname_r(leader, name, sizeof name) != 0
        || nibble_resize_terminal(leader, width, height) != 0) {
        close(leader);
        return -1;
    }
    int follower = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (follower < 0) {
        close(leader);
        return -1;
    }
    *process = fork();
    if (*process == 0) become(follower, path, arguments, environment, folder);
    close(follower);
    if (*process < 0) {
        close(leader);
        return -1;
    }
    return leader;
}

int nibble_resize_terminal(int terminal, int width, int height) {
    struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
    return ioctl(terminal, TIOCSWINSZ, &size);
}
