#include "CNibbleTerminal.h"
