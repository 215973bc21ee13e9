// Empty ICU data, for a program that needs none.
//
// Foundation's archive of ICU holds 34 MB of data in an object of its own, which the linker takes for
// this one symbol. An object of the program comes before the archives, so the data stays out. ICU calls
// such an object stub data, and finds no locale, calendar or converter in it; `make check` forbids what
// would ask for one. In a toolchain with another version of ICU the symbol has another number: the
// program then holds the data again, and the test of its size fails.
//
// The layout is that of https://github.com/unicode-org/icu/blob/main/icu4c/source/stubdata/stubdata.cpp.
#include <stdint.h>

extern const struct CommonData icudt76_dat;

const struct CommonData {
    uint16_t headerSize;
    uint8_t magic[2];
    uint16_t infoSize, infoReserved;
    uint8_t isBigEndian, charsetFamily, sizeOfUChar, reserved;
    uint8_t dataFormat[4], formatVersion[4], dataVersion[4];
    uint8_t padding[8];
    uint32_t count, tocReserved;
    int32_t toc[4];
} __attribute__((aligned(16))) icudt76_dat = {
    .headerSize = 32,
    .magic = {0xda, 0x27},
    .infoSize = 20,
    .isBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
    .sizeOfUChar = 2,
    .dataFormat = {'T', 'o', 'C', 'P'},
    .formatVersion = {1},
};
