"""A loopback interface of one's own, where the system gives one, so that ports are not shared."""

import ctypes
import socket
import struct
import sys

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
