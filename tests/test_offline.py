"""No test reaches another machine: not from its own process, nor from a kernel."""

import os
import socket
import subprocess
import sys

import pytest
from jupyter_client.manager import start_new_kernel
from pytest_socket import SocketConnectBlockedError

OUTSIDE = ("192.0.2.1", 80)  # an address that is set aside for documents: no machine has it
CONNECT = f"import socket; socket.create_connection({OUTSIDE}, timeout=5)"


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_the_test_process_is_refused():
    with pytest.raises(SocketConnectBlockedError, match=OUTSIDE[0]):
        socket.create_connection(OUTSIDE, timeout=5)


def test_loopback_is_allowed():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_a_kernel_is_refused():
    manager, client = start_new_kernel()
    try:
        reply = client.execute_interactive(CONNECT, timeout=60, output_hook=lambda message: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "error"
    assert reply["content"]["evalue"] == "the network is off in tests: 192.0.2.1 was refused"


def test_a_python_that_a_test_starts_is_refused_and_keeps_its_own_start_up_hook(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('the hook of this environment')")
    path = os.environ["PYTHONPATH"] + os.pathsep + str(tmp_path)
    command = [sys.executable, "-c", CONNECT]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)
    assert done.stdout == "the hook of this environment\n"
    assert "ConnectionRefusedError: the network is off in tests: 192.0.2.1 was refused" in done.stderr
