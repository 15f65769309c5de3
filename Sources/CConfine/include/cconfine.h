#pragma once

#include <stdint.h>

// What a process may use in all.
typedef struct {
    int64_t memory_bytes;
    int64_t address_bytes;
    int64_t cpu_seconds;
    int64_t file_bytes;
    int64_t descriptors;
} cconfine_limits;

// Sets the limits of a running process of this user, without core files, and makes it the first to go when the machine
// runs out of memory. Returns 0 or an error number.
int32_t cconfine_limit(int32_t process, cconfine_limits limits);

// Takes from this process and all its threads, for good: sockets, other programs, and the memory and signals of other
// processes. Returns 0 or an error number.
int32_t cconfine_isolate(void);

// Lets this thread, and those that it starts, see only the file `readable`, the folder `writable`, and what belongs to
// the system. Returns 0 or an error number.
int32_t cconfine_files(const char *_Nonnull readable, const char *_Nonnull writable);
