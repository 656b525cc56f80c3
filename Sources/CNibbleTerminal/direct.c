#define _DEFAULT_SOURCE 1

#include "CNibbleTerminal.h"
#include "direct.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

// A compiled entry in the format with 32-bit numbers (term(5)), built in memory.
enum { magic = 0x021E, header_bytes = 12, most_bytes = 30000, direct_colors = 0x1000000, direct_pairs = 0x10000 };

typedef struct {
    unsigned char bytes[most_bytes];
    size_t count;
    bool overflows;
} entry;

static void put(entry *to, const void *bytes, size_t count) {
    if (to->count + count > sizeof to->bytes) {
        to->overflows = true;
        return;
    }
    memcpy(to->bytes + to->count, bytes, count);
    to->count += count;
}

static void put_number(entry *to, long number, int bytes) {
    unsigned char little[4] = {
        (unsigned char)number, (unsigned char)(number >> 8), (unsigned char)(number >> 16),
        (unsigned char)(number >> 24)};
    put(to, little, (size_t)bytes);
}

static void make_even(entry *to) {
    if (to->count % 2 != 0) put(to, "", 1);
}

// How colours are set; numbers below 8 stay the ANSI colours, as in the entries that terminfo brings.
static const char *string_of(const char *name) {
    if (strcmp(name, "setaf") == 0) {
        return "\033[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m";
    }
    if (strcmp(name, "setab") == 0) {
        return "\033[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m";
    }
    // Colours can't be defined, and the older ways of setting them would hide the newer one.
    static const char *const absent[] = {"initc", "oc", "initp", "setf", "setb", "scp"};
    for (size_t index = 0; index < sizeof absent / sizeof *absent; index++) {
        if (strcmp(name, absent[index]) == 0) return NULL;
    }
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}

static long number_of(const char *name) {
    if (strcmp(name, "colors") == 0) return direct_colors;
    if (strcmp(name, "pairs") == 0) return direct_pairs;
    int number = tigetnum(name);
    return number < 0 ? -1 : number;
}

static void put_strings(entry *to) {
    entry *table = calloc(1, sizeof *table);
    if (table == NULL) {
        to->overflows = true;
        return;
    }
    for (int index = 0; index < STRWRITE; index++) {
        const char *text = string_of(strnames[index]);
        put_number(to, text == NULL ? -1 : (long)table->count, 2);
        if (text != NULL) put(table, text, strlen(text) + 1);
    }
    size_t place = 10;
    to->bytes[place] = (unsigned char)table->count;
    to->bytes[place + 1] = (unsigned char)(table->count >> 8);
    put(to, table->bytes, table->count);
    to->overflows |= table->overflows;
    free(table);
}

// The entry in use with direct colour, or nothing when it doesn't fit the format.
static bool build(entry *to, const char *term) {
    size_t name_bytes = strlen(term) + 1;
    put_number(to, magic, 2);
    put_number(to, (long)name_bytes, 2);
    put_number(to, BOOLWRITE, 2);
    put_number(to, NUMWRITE, 2);
    put_number(to, STRWRITE, 2);
    put_number(to, 0, 2);
    put(to, term, name_bytes);
    for (int index = 0; index < BOOLWRITE; index++) {
        bool holds = tigetflag(boolnames[index]) > 0 && strcmp(boolnames[index], "ccc") != 0;
        put_number(to, holds, 1);
    }
    make_even(to);
    for (int index = 0; index < NUMWRITE; index++) put_number(to, number_of(numnames[index]), 4);
    put_strings(to);
    make_even(to);
    // One extended flag: RGB.
    const int extended[] = {1, 0, 0, 1, 4};
    for (int index = 0; index < 5; index++) put_number(to, extended[index], 2);
    put_number(to, 1, 1);
    make_even(to);
    put_number(to, 0, 2);
    put(to, "RGB", 4);
    return !to->overflows;
}

char *nibble_direct_entry(const char *term) {
    entry *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    static const char prefix[] = "TERMINFO=hex:";
    char *text = NULL;
    if (build(made, term)) text = malloc(sizeof prefix + 2 * made->count);
    if (text != NULL) {
        char *end = text + sizeof prefix - 1;
        memcpy(text, prefix, sizeof prefix);
        for (size_t index = 0; index < made->count; index++) {
            *end++ = "0123456789ABCDEF"[made->bytes[index] >> 4];
            *end++ = "0123456789ABCDEF"[made->bytes[index] & 15];
        }
        *end = 0;
    }
    free(made);
    return text;
}
