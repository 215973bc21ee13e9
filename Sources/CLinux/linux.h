// Calls of Linux that Swift cannot make by itself: prctl takes a variable number of arguments, and statx is
// declared for _GNU_SOURCE alone.
#ifndef CLINUX_H
#define CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Prevents a core dump of this process, whatever the core pattern is (prctl(2), PR_SET_DUMPABLE).
static inline int clinux_forbid_core_dump(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Gets the attributes of a path from statx(2), which stat(2) lacks. Attributes that the kernel or the file system
// does not know are 0. Returns -1 and sets errno where the path cannot be examined.
static inline int clinux_attributes(const char *path, uint64_t *attributes) {
    struct statx found = {0};
    if (syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0u, &found) != 0) {
        return -1;
    }
    *attributes = found.stx_attributes & found.stx_attributes_mask;
    return 0;
}

enum {
    clinux_is_immutable = 0x10, // STATX_ATTR_IMMUTABLE
    clinux_is_append_only = 0x20, // STATX_ATTR_APPEND
    clinux_is_mount_root = 0x2000, // STATX_ATTR_MOUNT_ROOT, Linux 5.8
};

#endif
