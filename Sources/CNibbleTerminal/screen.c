#define _XOPEN_SOURCE 700
#define _XOPEN_SOURCE_EXTENDED 1
#define _DEFAULT_SOURCE 1
#define NCURSES_WIDECHAR 1

#include "CNibbleTerminal.h"

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

bool nibble_locale_is_utf8(void) {
    setlocale(LC_ALL, "");
    // Numbers in files and on the screen are written with a point, whatever the language.
    setlocale(LC_NUMERIC, "C");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int nibble_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool nibble_term_has_direct_color(const char *term) {
    int status = 0;
    TERMINAL *before = cur_term;
    if (setupterm(term, STDOUT_FILENO, &status) != OK) return false;
    bool direct = tigetflag("RGB") > 0 || tigetnum("RGB") > 0;
    char *text = tigetstr("RGB");
    if (text != NULL && text != (char *)-1) direct = true;
    TERMINAL *opened = cur_term;
    set_curterm(before);
    del_curterm(opened);
    return direct;
}

// setupterm reports what initscr would end the process for.
static int check_term(const char *term) {
    int status = 0;
    TERMINAL *before = cur_term;
    if (setupterm(term, STDOUT_FILENO, &status) != OK) {
        return status < 0 ? NIBBLE_SCREEN_NO_DATABASE : NIBBLE_SCREEN_UNKNOWN_TERM;
    }
    bool addressable = tigetstr("cup") != NULL && tigetstr("clear") != NULL && !tigetflag("gn");
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

int nibble_screen_start(const char *term) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return NIBBLE_SCREEN_NOT_A_TERMINAL;
    int status = check_term(term);
    if (status != NIBBLE_SCREEN_STARTED) return status;
    // Not the size that the kernel says, which may be anything: nibble_screen_resize follows.
    use_env(FALSE);
    screen = newterm(term, stdout, stdin);
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

void nibble_screen_flush(int x, int y) {
    curs_set(x >= 0 ? 1 : 0);
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
