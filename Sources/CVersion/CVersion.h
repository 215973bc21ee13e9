// The version of this package (Semantic Versioning 2.0.0), for Swift, the ELF note and the Makefile.
#define ENCLAVIA_VERSION "1.0.0"
