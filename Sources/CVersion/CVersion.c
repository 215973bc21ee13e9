// A note in each program that says its version, so that one program can read another's without starting it.
//
// Source: System V ABI, "Note Section": the sizes count the final NUL, and each part is padded to 4 bytes.
#include <stdint.h>

#include "CVersion.h"

__attribute__((used, section(".note.enclavia"), aligned(4))) static const struct {
    uint32_t nameSize, descriptionSize, type;
    char name[sizeof "Enclavia" + 3];
    char version[(sizeof ENCLAVIA_VERSION + 3) / 4 * 4];
} note = {sizeof "Enclavia", sizeof ENCLAVIA_VERSION, 1, "Enclavia", ENCLAVIA_VERSION};
