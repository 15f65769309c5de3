// A subscriber that costs little: answers each request with 204, never answers those under /hang, and writes down
// when each request had come as a whole, as "<nanoseconds since 1970> <webhook-id>" lines, when it is ended.
//
//   receiver PORT_FILE LOG_FILE
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ID_BYTES = 40, CONNECTIONS_MAX = 65536, BUFFER_BYTES = 512 << 10 };

struct connection {
    char *bytes;
    size_t used, room;
};

struct record {
    long long at;
    char id[ID_BYTES];
};

static struct connection connections[CONNECTIONS_MAX];
static struct record *records;
static size_t record_count, record_room;
static volatile sig_atomic_t is_over;

static void end(int signal) {
    (void)signal;
    is_over = 1;
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void note(const char *id, size_t length) {
    if (record_count == record_room) {
        record_room = record_room ? record_room * 2 : 1 << 16;
        records = realloc(records, record_room * sizeof *records);
        if (!records) exit(1);
    }
    struct record *record = &records[record_count++];
    record->at = now();
    if (length >= ID_BYTES) length = ID_BYTES - 1;
    memcpy(record->id, id, length);
    record->id[length] = 0;
}

static void drop(int fd) {
    close(fd);
    free(connections[fd].bytes);
    connections[fd] = (struct connection){0};
}

static const char *header(const char *head, const char *name) {
    const char *found = strcasestr(head, name);
    return found ? found + strlen(name) : NULL;
}

// Takes whole requests off the front of what has come; 0 when the connection is to be dropped.
static int answer(int fd, struct connection *c) {
    static const char ok[] = "HTTP/1.1 204 No Content\r\n\r\n";
    for (;;) {
        c->bytes[c->used] = 0;
        char *end_of_head = memmem(c->bytes, c->used, "\r\n\r\n", 4);
        if (!end_of_head) return c->used < BUFFER_BYTES;
        const char *length = header(c->bytes, "\r\ncontent-length: ");
        size_t size = (size_t)(end_of_head + 4 - c->bytes) + (length ? strtoul(length, NULL, 10) : 0);
        if (size > BUFFER_BYTES) return 0;
        if (c->used < size) return 1;
        if (strncmp(c->bytes, "POST /hang", 10) != 0) {
            const char *id = header(c->bytes, "\r\nwebhook-id: ");
            if (id) note(id, strcspn(id, "\r"));
            if (write(fd, ok, sizeof ok - 1) != sizeof ok - 1) return 0;
        }
        memmove(c->bytes, c->bytes + size, c->used - size);
        c->used -= size;
    }
}

static int receive(int fd) {
    struct connection *c = &connections[fd];
    for (;;) {
        if (c->room - c->used < 4096) {
            c->room = c->room ? c->room * 2 : 16384;
            c->bytes = realloc(c->bytes, c->room + 1);
            if (!c->bytes) exit(1);
        }
        ssize_t count = read(fd, c->bytes + c->used, c->room - c->used);
        if (count <= 0) return count < 0;
        c->used += (size_t)count;
        if (!answer(fd, c)) return 0;
        if (c->used < c->room) return 1;
    }
}

static int listener(const char *port_file) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 4096)) exit(1);
    getsockname(fd, (struct sockaddr *)&address, &size);
    FILE *file = fopen(port_file, "w");
    if (!file) exit(1);
    fprintf(file, "%d\n", ntohs(address.sin_port));
    fclose(file);
    return fd;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    struct rlimit files = {CONNECTIONS_MAX, CONNECTIONS_MAX};
    if (setrlimit(RLIMIT_NOFILE, &files)) {
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGTERM, end);
    signal(SIGINT, end);
    signal(SIGPIPE, SIG_IGN);
    int server = listener(arguments[1]), poll = epoll_create1(0), one = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = server}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, server, &event);
    while (!is_over) {
        int ready = epoll_wait(poll, events, 256, 100);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd != server) {
                if (!receive(fd)) drop(fd);
                continue;
            }
            while ((fd = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (fd >= CONNECTIONS_MAX) {
                    close(fd);
                    continue;
                }
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event = (struct epoll_event){.events = EPOLLIN, .data.fd = fd};
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
    FILE *log = fopen(arguments[2], "w");
    if (!log) return 1;
    for (size_t i = 0; i < record_count; i++) fprintf(log, "%lld %s\n", records[i].at, records[i].id);
    return fclose(log) != 0;
}
