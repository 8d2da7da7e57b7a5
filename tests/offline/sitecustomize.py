"""Start-up hook for test kernels: refuse every connection that leaves this machine.

Put this folder on PYTHONPATH and each Python that starts there can reach loopback only.
"""

import socket

LOOPBACK = ("127.", "::1", "localhost")
_connect = socket.socket.connect


def connect(self: socket.socket, address: object) -> None:
    """Connect to loopback addresses and unix sockets; refuse all others."""
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise OSError(f"the network is off in tests: {address[0]} was refused")
    _connect(self, address)


socket.socket.connect = connect  # type: ignore[method-assign]
