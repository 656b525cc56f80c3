#ifndef C_NIBBLE_MAPPING_H
#define C_NIBBLE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

// Keeps a process alive whose mapped file becomes shorter: a page that the file no longer has raises SIGBUS when it is
// touched (mmap(2)); the handler here puts a page of zeros in its place and marks the mapping as cut short. Any other
// SIGBUS goes to the handler that was there before.

// Notes a mapping, and sees to it that the handler comes before all others; returns its number, or −1 if there are too many.
int nibble_mapping_register(void *start, size_t length);

// Forgets a mapping; call it before munmap.
void nibble_mapping_unregister(int number);

// Whether bytes of the mapping were read that its file no longer has; false for −1.
bool nibble_mapping_is_cut_short(int number);

// Puts the handler before those that were installed since; may be called at any time, from any thread.
void nibble_mapping_install(void);

#endif
