#ifndef NIBBLE_PSEUDO_TERMINAL_H
#define NIBBLE_PSEUDO_TERMINAL_H

#include <sys/types.h>

/// Starts a program on a new pseudo-terminal of a size, as a shell in a terminal window would: in a session of its own,
/// the terminal being its controlling one.
///
/// Returns the leading end of the terminal, or -1 with errno set.
int nibble_start_on_terminal(
    const char *path, char *const arguments[], char *const environment[], const char *folder, int width, int height,
    pid_t *process);

/// Changes the terminal's size; the program gets SIGWINCH. Returns 0, or -1 with errno set.
int nibble_resize_terminal(int terminal, int width, int height);

#endif
