#include "CNibbleTestSupport.h"
