// The terminal from Swift: ncurses for output, termios and signals, without ncurses.h's macros and globals.
#ifndef NIBBLE_TERMINAL_H
#define NIBBLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Why a screen could not be started.
enum {
    NIBBLE_SCREEN_STARTED = 0,
    NIBBLE_SCREEN_NOT_A_TERMINAL = 1,
    NIBBLE_SCREEN_UNKNOWN_TERM = 2,
    NIBBLE_SCREEN_NO_DATABASE = 3,
    NIBBLE_SCREEN_CANNOT_ADDRESS = 4,
    NIBBLE_SCREEN_FAILED = 5,
};

// Attribute bits of a cell, as in Swift's Attributes.
enum {
    NIBBLE_BOLD = 1,
    NIBBLE_ITALIC = 2,
    NIBBLE_UNDERLINE = 4,
    NIBBLE_REVERSE = 8,
    NIBBLE_DIM = 16,
};

// One character cell: a base character with up to four marks, zero-ended when shorter.
typedef struct {
    uint32_t scalars[5];
    int32_t pair;
    uint8_t attributes;
} nibble_cell;

// What came of taking a locale.
enum {
    NIBBLE_LOCALE_MISSING = 0,
    NIBBLE_LOCALE_OTHER = 1,
    NIBBLE_LOCALE_UTF8 = 2,
};

// Takes a locale for characters; that of the environment when the name is empty. One of the codes above. Must come first.
// Numbers stay as in C: they are written with a point, whatever the language.
int nibble_locale_take(const char *name);
// The columns the C library, and with it ncurses, gives a character; -1 when it can't be shown.
int nibble_columns(uint32_t scalar);
// Starts ncurses on standard input and output for a terminal type; one of the codes above. Colours are red, green and
// blue when that is wanted and the terminal has colours, whatever its description says.
int nibble_screen_start(const char *term, bool wants_direct);
// Ends ncurses and gives the terminal back.
void nibble_screen_stop(void);
// Columns and rows as the kernel knows them, at most 1,024 by 512; false when it doesn't.
bool nibble_screen_measure(int *width, int *height);
// Tells ncurses another size.
void nibble_screen_resize(int width, int height);
// The number of colours and of colour pairs.
int nibble_screen_colors(void);
int nibble_screen_pairs(void);
// Whether colours are numbers of red, green and blue.
bool nibble_screen_is_direct(void);
// Defines a pair; colours are terminal colour numbers, or -1 for the terminal's own.
bool nibble_screen_define_pair(int pair, int foreground, int background);
// Forgets all pairs.
void nibble_screen_reset_pairs(void);
// Writes a row of cells; the right half of a wide character is left out.
void nibble_screen_put_row(int y, const nibble_cell *cells, int count);
// Sends what changed, with the cursor in a cell, shown or hidden; in the lower left corner when x is negative.
void nibble_screen_flush(int x, int y, bool is_shown);
// Sends everything again with the next flush.
void nibble_screen_invalidate(void);
// Gives the terminal back for a while, and takes it again.
void nibble_screen_suspend(void);
void nibble_screen_resume(void);
// Writes a control sequence past ncurses.
void nibble_screen_write(const char *bytes, size_t count);
// A string of the terminal's description (tigetstr) without padding; its length, 0 when absent.
size_t nibble_term_string(const char *capability, char *buffer, size_t size);

// Signals. The handlers only write, set the terminal's mode and raise; they never wait for the terminal.
// Remembers the terminal's modes and sees to it that they are put back when a signal ends the process: call it before
// anything changes them.
void nibble_signals_guard(void);
// Installs the handlers: `wake` is written to when something happened, `restore` goes to the terminal at a crash.
void nibble_signals_install(int wake, const char *restore, size_t count);
// Puts the former handlers back.
void nibble_signals_remove(void);
// True once after each change of the window's size.
bool nibble_signals_take_resize(void);
// True once after each request to suspend (SIGTSTP).
bool nibble_signals_take_suspend(void);
// True once after the process was stopped and goes on (SIGCONT), unless nibble_signals_stop_process stopped it.
bool nibble_signals_take_continue(void);
// The signal that asked the process to end, or 0.
int nibble_signals_termination(void);
// Stops the process as the default action of SIGTSTP does; returns when it goes on.
void nibble_signals_stop_process(void);
// Ends the process by a signal's default action.
void nibble_signals_die(int signal_number);

#endif
