#define _XOPEN_SOURCE 700
#define _XOPEN_SOURCE_EXTENDED 1
#define _DEFAULT_SOURCE 1
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1

#include "CNibbleTerminal.h"
#include "direct.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

enum { most_columns = 1024, most_rows = 512 };

static SCREEN *screen;

int nibble_locale_take(const char *name) {
    bool is_installed = setlocale(LC_CTYPE, name) != NULL;
    // Texts of the system in the user's language, where all of the locale is installed.
    if (name[0] == 0) setlocale(LC_MESSAGES, name);
    if (!is_installed) return NIBBLE_LOCALE_MISSING;
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? NIBBLE_LOCALE_UTF8 : NIBBLE_LOCALE_OTHER;
}

int nibble_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

// setupterm reports what initscr would end the process for.
// `direct`, when not NULL, becomes the entry with direct colour, if the terminal has colours at all.
static int check_term(const char *term, char **direct) {
    int status = 0;
    TERMINAL *before = cur_term;
    if (setupterm(term, STDOUT_FILENO, &status) != OK) {
        return status < 0 ? NIBBLE_SCREEN_NO_DATABASE : NIBBLE_SCREEN_UNKNOWN_TERM;
    }
    bool addressable = tigetstr("cup") != NULL && tigetstr("clear") != NULL && !tigetflag("gn");
    if (addressable && direct != NULL && tigetnum("colors") >= 8) *direct = nibble_direct_entry(term);
    TERMINAL *opened = cur_term;
    set_curterm(before);
    del_curterm(opened);
    return addressable ? NIBBLE_SCREEN_STARTED : NIBBLE_SCREEN_CANNOT_ADDRESS;
}

static void set_modes(void) {
    raw();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    intrflush(stdscr, FALSE);
    typeahead(-1);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
}

static bool assigns(const char *variable, const char *name) {
    size_t count = strlen(name);
    return strncmp(variable, name, count) == 0 && variable[count] == '=';
}

// Starts with other variables for as long as it takes: TERMINFO where `terminfo` is not NULL, and the size, as ncurses
// would else make a screen of whatever the kernel says. The variables are another array meanwhile, not changed in place:
// other threads may be reading them, so the array is never freed.
static SCREEN *start_with(char *terminfo, const char *term) {
    static char rows_text[32], columns_text[32];
    int width = 80, height = 24;
    nibble_screen_measure(&width, &height);
    snprintf(rows_text, sizeof rows_text, "LINES=%d", height);
    snprintf(columns_text, sizeof columns_text, "COLUMNS=%d", width);
    size_t count = 0, kept = 0;
    while (environ[count] != NULL) count++;
    char **changed = calloc(count + 4, sizeof *changed);
    if (changed == NULL) return NULL;
    for (size_t index = 0; index < count; index++) {
        bool replaced = assigns(environ[index], "LINES") || assigns(environ[index], "COLUMNS")
            || (terminfo != NULL && assigns(environ[index], "TERMINFO"));
        if (!replaced) changed[kept++] = environ[index];
    }
    changed[kept++] = rows_text;
    changed[kept++] = columns_text;
    changed[kept] = terminfo;
    char **before = environ;
    environ = changed;
    SCREEN *started = newterm(term, stdout, stdin);
    environ = before;
    return started;
}

int nibble_screen_start(const char *term, bool wants_direct) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return NIBBLE_SCREEN_NOT_A_TERMINAL;
    char *direct = NULL;
    int status = check_term(term, wants_direct ? &direct : NULL);
    if (status != NIBBLE_SCREEN_STARTED) return status;
    screen = direct == NULL ? NULL : start_with(direct, term);
    if (screen == NULL) screen = start_with(NULL, term);
    if (screen == NULL) return NIBBLE_SCREEN_FAILED;
    set_term(screen);
    set_modes();
    return NIBBLE_SCREEN_STARTED;
}

void nibble_screen_stop(void) {
    if (screen == NULL) return;
    endwin();
    delscreen(screen);
    screen = NULL;
}

bool nibble_screen_measure(int *width, int *height) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    // A size that no screen has, from a broken program between, must not cost gigabytes.
    *width = size.ws_col < most_columns ? size.ws_col : most_columns;
    *height = size.ws_row < most_rows ? size.ws_row : most_rows;
    return true;
}

void nibble_screen_resize(int width, int height) {
    if (width != COLS || height != LINES) resizeterm(height, width);
    // resizeterm queues KEY_RESIZE, which nobody reads: keys come from the terminal, not from ncurses.
}

int nibble_screen_colors(void) { return has_colors() ? COLORS : 0; }

bool nibble_screen_is_direct(void) { return has_colors() && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0); }

int nibble_screen_pairs(void) { return has_colors() ? COLOR_PAIRS : 0; }

bool nibble_screen_define_pair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) == OK;
}

void nibble_screen_reset_pairs(void) { reset_color_pairs(); }

static attr_t attributes_of(uint8_t bits) {
    attr_t attributes = A_NORMAL;
    if (bits & NIBBLE_BOLD) attributes |= A_BOLD;
    if (bits & NIBBLE_ITALIC) attributes |= A_ITALIC;
    if (bits & NIBBLE_UNDERLINE) attributes |= A_UNDERLINE;
    if (bits & NIBBLE_REVERSE) attributes |= A_REVERSE;
    if (bits & NIBBLE_DIM) attributes |= A_DIM;
    return attributes;
}

void nibble_screen_put_row(int y, const nibble_cell *cells, int count) {
    if (count <= 0) return;
    cchar_t *row = calloc((size_t)count, sizeof *row);
    if (row == NULL) return;
    for (int index = 0; index < count; index++) {
        wchar_t text[6] = {0};
        for (int place = 0; place < 5; place++) text[place] = (wchar_t)cells[index].scalars[place];
        int pair = cells[index].pair;
        // With the extended colour interface the pair goes through the last argument, the short one is ignored.
        if (setcchar(&row[index], text, attributes_of(cells[index].attributes), 0, &pair) != OK) {
            setcchar(&row[index], L"?", attributes_of(cells[index].attributes), 0, &pair);
        }
    }
    mvwadd_wchnstr(stdscr, y, 0, row, count);
    free(row);
}

void nibble_screen_flush(int x, int y, bool is_shown) {
    curs_set(is_shown ? 1 : 0);
    wmove(stdscr, x >= 0 ? y : LINES - 1, x >= 0 ? x : 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void nibble_screen_invalidate(void) { clearok(curscr, TRUE); }

void nibble_screen_suspend(void) { endwin(); }

void nibble_screen_resume(void) {
    reset_prog_mode();
    clearok(curscr, TRUE);
    refresh();
}

void nibble_screen_write(const char *bytes, size_t count) {
    fwrite(bytes, 1, count, stdout);
    fflush(stdout);
}

size_t nibble_term_string(const char *capability, char *buffer, size_t size) {
    const char *text = tigetstr(capability);
    if (text == NULL || text == (const char *)-1) return 0;
    size_t count = 0;
    while (*text != 0 && count < size) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end != NULL) {
            text = end + 1;
        } else {
            buffer[count++] = *text++;
        }
    }
    return count;
}
