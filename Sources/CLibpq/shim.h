#pragma once
#include <libpq-fe.h>
#include <spawn.h>

// GNU extensions that the C library declares only under _GNU_SOURCE, which a module cannot define.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static const short clibpq_spawn_new_session = 0x80;
