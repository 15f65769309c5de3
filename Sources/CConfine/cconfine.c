#define _GNU_SOURCE
#include "cconfine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// What the out-of-memory killer adds to the process's share of memory in thousandths.
static const int oom_score = 500;

static int limit(pid_t process, enum __rlimit_resource resource, int64_t soft, int64_t hard) {
    const struct rlimit value = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return prlimit(process, resource, &value, NULL) == 0 ? 0 : errno;
}

int32_t cconfine_limit(int32_t process, cconfine_limits limits) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", process);
    FILE *score = fopen(path, "w");
    if (score != NULL) {
        fprintf(score, "%d", oom_score);
        fclose(score);
    }
    int error = limit(process, RLIMIT_CORE, 0, 0);
    if (error == 0) error = limit(process, RLIMIT_DATA, limits.memory_bytes, limits.memory_bytes);
    if (error == 0) error = limit(process, RLIMIT_AS, limits.address_bytes, limits.address_bytes);
    // The first limit sends a signal that tells the cause, the second ends a process that ignores it.
    if (error == 0) error = limit(process, RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5);
    if (error == 0) error = limit(process, RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes);
    if (error == 0) error = limit(process, RLIMIT_NOFILE, limits.descriptors, limits.descriptors);
    return error;
}

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define REFUSE_CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), REFUSE

int32_t cconfine_isolate(void) {
#ifdef THIS_ARCHITECTURE
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 1, 0),
        REFUSE,
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
        // The calls of the x32 interface have numbers of their own.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        REFUSE,
#endif
        REFUSE_CALL(socket),
        REFUSE_CALL(connect),
        REFUSE_CALL(io_uring_setup),
        REFUSE_CALL(execve),
        REFUSE_CALL(execveat),
        REFUSE_CALL(ptrace),
        REFUSE_CALL(process_vm_readv),
        REFUSE_CALL(process_vm_writev),
        REFUSE_CALL(kill),
        REFUSE_CALL(pidfd_send_signal),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) return errno;
    return 0;
#else
    return ENOSYS;
#endif
}

static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t writing =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
static const uint64_t making = LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

static int allow(int rules, const char *path, uint64_t access) {
    const int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return errno;
    const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = place};
    const long result = syscall(__NR_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    const int error = result == 0 ? 0 : errno;
    close(place);
    return error;
}

int32_t cconfine_files(const char *readable, const char *writable) {
    const struct landlock_ruleset_attr handled = {.handled_access_fs = reading | writing | making};
    const int rules = (int)syscall(__NR_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (rules < 0) return errno;
    int error = allow(rules, readable, LANDLOCK_ACCESS_FS_READ_FILE);
    if (error == 0) error = allow(rules, writable, reading | writing);
    // Libraries and tables that are loaded on first use; a system need not have all of these.
    const char *system[] = {"/usr", "/lib", "/lib64", "/etc", "/opt", "/proc/self", "/sys/devices/system/cpu"};
    for (size_t index = 0; index < sizeof system / sizeof system[0] && error == 0; index++) {
        error = allow(rules, system[index], reading);
        if (error == ENOENT) error = 0;
    }
    if (error == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) error = errno;
    if (error == 0 && syscall(__NR_landlock_restrict_self, rules, 0) != 0) error = errno;
    close(rules);
    return error;
}
