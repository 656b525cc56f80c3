// Direct colour for terminals whose description doesn't have it.
#ifndef NIBBLE_DIRECT_H
#define NIBBLE_DIRECT_H

// The description in use (cur_term) with colours as red, green and blue, as an assignment to TERMINFO that ncurses reads
// the description from: nothing is written to disk. NULL when there is no memory or it doesn't fit. Free it.
char *nibble_direct_entry(const char *term);

#endif
