#pragma once

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// glibc shows this function only to GNU sources, which Swift's view of it is not.
extern int pthread_setname_np(pthread_t thread, const char *name);
