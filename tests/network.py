"""A loopback interface of one's own, where the system gives one, so that ports are not shared."""

import ctypes
import socket
import struct
import sys

import pytest

_CLONE_NEWNET = 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8913, 0x8914
_IFF_UP = 1


def have_own_network() -> bool:
    """Leave the machine's network for an empty one, in this process and all that it starts.

    Linux only, and only for who may administer the machine: see unshare(2) and netdevice(7).
    """
    if sys.platform != "linux" or ctypes.CDLL(None).unshare(_CLONE_NEWNET) != 0:
        return False
    import fcntl  # not on Windows

    with socket.socket() as any_socket:
        name = struct.pack("16sH14x", b"lo", 0)
        _, flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, name))
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))
    return True


def has_ipv6() -> bool:
    """Tell whether this machine has a loopback address of the sixth version."""
    try:
        with socket.socket(socket.AF_INET6) as any_socket:
            any_socket.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
