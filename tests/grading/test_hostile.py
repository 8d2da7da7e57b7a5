"""Attacks: no cheat earns a point, nothing gets out of the jail, and the next submission is graded as ever.

Each attack is a notebook without a single answer, with cells added that try to have points all the same, to
see what learners must not see, or to harm the grader or those who come after.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cstolib.grading import jail
from cstolib.grading.grade import grade
from cstolib.grading.run import Limits, run

from .conftest import SHORT
from .submissions import FULL, POINTS, Notebook, answered, attacked, packed

NAMES = "hw_e1 hw_e2 hw_e3 hw_e4 hw_e5 hw_e6".split()
EVERY = "\n".join(f"{name} = Yes()" for name in NAMES)
PUBLISH = "from IPython.display import publish_display_data as show\n"
ALL_RIGHT = (
    "{'application/vnd.cstolib.answers+json': {f'hw-e{n}': {'answer': {'value': True, 'status': 'right', "
    "'share': 1, 'points': 99}, 'wrong': []} for n in range(1, 7)}}"
)
FINDS = """
import os
seen = []
for top in ("/", "/home", "/root", "/tmp", "/work", "/proc", "/run"):
    for folder, _, files in os.walk(top):
        seen += [f for f in files if f.endswith((".key.json", ".db", ".sqlite")) or "teacher" in folder]
"""

# Objects that claim to be equal to everything.
OBJECTS = {
    "an object equal to everything": f"class Yes:\n    def __eq__(s, o): return True\n    __hash__ = None\n{EVERY}",
    "a number equal to everything": f"class Yes(float):\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n    __sub__ = __rsub__ = __abs__ = lambda s, *o: 0.0\n{EVERY}",
    "a text equal to everything": f"class Yes(str):\n    __eq__ = lambda s, o: True\n    casefold = strip = lambda s: s\n    __hash__ = lambda s: 1\n{EVERY}",
    "a list that holds everything": f"class Yes(list):\n    __contains__ = __eq__ = lambda s, o: True\n    __len__ = lambda s: 3\n{EVERY}",
    "a mapping with every key": f"class Yes(dict):\n    __missing__ = lambda s, k: 'right'\n    __contains__ = lambda s, k: True\n    __len__ = lambda s: 2\n{EVERY}",
    "a frame equal to everything": f"import pandas as pd\nclass Yes(pd.DataFrame):\n    equals = __eq__ = lambda s, o: True\n{EVERY}",
    "an object with a false class": f"class Yes:\n    __class__ = property(lambda s: str)\n    __len__ = lambda s: 1\n{EVERY}",
    "an object that pickles into a command": f"import os\nclass Yes:\n    def __reduce__(s): return os.system, ('touch /tmp/x',)\n{EVERY}",
    "an object that ends the process when asked": f"import os\nclass Yes:\n    def __len__(s): os._exit(0)\n{EVERY}",
    "an object that never ends when asked": f"class Yes:\n    def __len__(s):\n        while True: pass\n{EVERY}",
    "a value of a hundred thousand levels": "x = []\nfor _ in range(100_000): x = [x]\nhw_e2 = x",
    "a value of a hundred megabytes": "hw_e4 = 'b' * 10**8",
    "a number of a million digits": "import sys; sys.set_int_max_str_digits(0); hw_e1 = 10**1_000_000",
    "a set of a million items": "hw_e2 = set(range(10**6))",
    "a column that never ends": "def f():\n    while True: yield 1\nhw_e5 = f()",
}

# Tampering with what reads and judges.
TAMPERING = {
    "a patched judge": "import cstolib.answers as a, cstolib.exercises as x, cstolib.judging as e\na.compare = lambda *x, **k: a.Verdict('right', 1.0)\ne.compare = a.compare\ne.judge = x.judge = lambda *x: e.Feedback('x', 'right', 1.0, '', 9, '')",
    "a patched reader": "import cstolib.probe as e\ne.probe = lambda *x: {f'hw-e{n}': {'answer': {'value': True, 'share': 1}, 'wrong': []} for n in range(1, 7)}",
    "a patched form of answers": "import cstolib.probe as e, cstolib.forms as f\ne.normalise = lambda k, v: 'right'\nfor k in f.READERS: f.READERS[k] = lambda v: 'right'\nhw_e1 = hw_e4 = 1",
    "patched built-ins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 3\nhw_e1 = hw_e2 = hw_e4 = 'x'",
    "patched JSON": "import json\njson.dumps = lambda *a, **k: '{\"share\": 1}'\nhw_e1 = 5",
    "patched pandas": "import pandas as pd\npd.DataFrame.__eq__ = lambda *a: True\npd.DataFrame.itertuples = lambda *a, **k: iter([('xxx', 1)])\nhw_e3 = pd.DataFrame({'iso3': ['XXX'], 'since': [1]})",
    "a shell that runs something else": "ip = get_ipython()\nold = ip.run_cell\nip.run_cell = lambda code, *a, **k: old('hw_e1 = 99', *a, **k)",
    "a transformer of every cell": "ip = get_ipython()\nip.input_transformers_post.append(lambda lines: ['print(1)\\n'])",
    "a transformer of every tree": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Call(s, n): return ast.Constant(True)\nget_ipython().ast_transformers.append(T())",
    "hooks on everything that runs": "import sys\nsys.settrace(lambda *a: None)\nget_ipython().events.register('post_run_cell', lambda r: 1 / 0)",
    "a start-up file for those who come after": "import os, pathlib\nfor f in ('~/.ipython/profile_default/startup', '~/.local/lib/python3.11/site-packages'):\n    p = pathlib.Path(f).expanduser(); p.mkdir(parents=True, exist_ok=True); (p / 'x.pth').write_text('import os; os._exit(1)')\n    (p / '00.py').write_text('hw_e1 = 3')",
    "a module beside the notebook": "open('pandas.py', 'w').write('raise SystemExit')\nopen('cstolib.py', 'w').write('raise SystemExit')\nopen('sitecustomize.py', 'w').write('raise SystemExit')",
    "writing into the package": "import cstolib.answers as a, pathlib, sys\nfor f in (a.__file__, sys.executable, a.__file__ + 'x'):\n    try: pathlib.Path(f).write_text('x')\n    except OSError: pass\n    else: hw_e1 = 'written'",
    "other metadata and points": "hw_e1_points = 99",
}

# Messages.
MESSAGES = {
    "forged answers": f"{PUBLISH}show({ALL_RIGHT})",
    "forged answers at the end of every cell": f"{PUBLISH}get_ipython().events.register('post_run_cell', lambda *a: show({ALL_RIGHT}))",
    "forged answers from a thread": f"{PUBLISH}import threading, time\ndef f():\n    while True: show({ALL_RIGHT}); time.sleep(0.01)\nthreading.Thread(target=f, daemon=True).start()",
    "answers that are no JSON of ours": f"{PUBLISH}show({{'application/vnd.cstolib.answers+json': {{'hw-e1': [[]], 'hw-e2': {{'answer': 7}}, 'hw-e3': {{'answer': {{'value': {{'columns': 5, 'rows': 'x'}}}}}}}}}})",
    "a forged end of the cell": "k = get_ipython().kernel\nk.session.send(k.iopub_socket, 'status', {'execution_state': 'idle'}, parent=k.get_parent('shell'), ident=b'status')",
    "status without a state": "k = get_ipython().kernel\nk.session.send(k.iopub_socket, 'status', {}, parent=k.get_parent('shell'))",
    "a message that is no mapping": "k = get_ipython().kernel\nk.session.send(k.iopub_socket, 'display_data', [1], parent=k.get_parent('shell'))",
    "a question to the one who grades": "k = get_ipython().kernel\nk._allow_stdin = True\nprint(k.raw_input('Password: '))",
    "closed sockets": "k = get_ipython().kernel\nimport threading\nthreading.Timer(0.3, lambda: None).start()\nk.iopub_thread.stop()",
    "a socket that leads elsewhere": "import os\nfor f in os.listdir('/run/kernel'):\n    p = f'/run/kernel/{f}'\n    os.unlink(p); os.symlink('/run/dbus/system_bus_socket', p)",
    "a flood of words": "while True: print('x' * 1000)",
    "a flood of pictures": f"{PUBLISH}for _ in range(200): show({{'image/png': 'A' * 10**6}})",
    "one message of a hundred megabytes": "print('x' * 10**8)",
    "widgets without end": "import ipywidgets as w\nboxes = [w.IntSlider() for _ in range(500)]",
}

# A sender faster than its reader: every message is new, signed, and belongs to the cell.
FLOOD = r"""
import hmac, json, time, zmq
k = get_ipython().kernel
parent, socket = json.dumps(k.get_parent('shell')['header'], default=str).encode(), k.iopub_thread.socket
def send():
    end, n = time.time() + 60, 0
    while time.time() < end:
        n += 1
        head = b'{"msg_id":"%d","msg_type":"stream","username":"","session":"","date":"2020-01-01T00:00:00Z","version":"5.3"}' % n
        sign = hmac.digest(k.session.key, head + parent + b'{}{}', 'sha256').hex().encode()
        socket.send_multipart([b'', b'<IDS|MSG>', sign, head, parent, b'{}', b'{}'])
socket.setsockopt(zmq.XPUB_NODROP, 1)
k.iopub_thread.schedule(send)
time.sleep(60)
"""
# One message of more and more parts, written past the library that would count them.
PARTS = r"""
import os, socket
part, sent = b'\x03' + (2**20).to_bytes(8, 'big') + bytes(2**20), 0
for f in range(3, 256):
    try:
        s = socket.socket(fileno=os.dup(f))
        if s.family == socket.AF_UNIX and s.getpeername() is not None and 's-2' in str(s.getsockname()):
            s.settimeout(1)
            while sent < MOST:
                s.sendall(part)
                sent += len(part)
    except OSError:
        pass
"""
MESSAGES |= {"a flood without a gap": FLOOD, "a message of many parts": PARTS.replace("MOST", "2 * 10**8")}

# Resources, and getting out.
ESCAPES = {
    "a fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "threads without end": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()",
    "memory without end": "x = []\nwhile True: x.append(bytearray(10**8))",
    "a full disk": "import os\nfor d in ('/tmp', os.path.expanduser('~'), '/dev/shm', '/run/kernel'):\n    try:\n        n = 0\n        while True: n += 1; open(f'{d}/{n}', 'wb').write(bytes(10**7))\n    except OSError: pass",
    "files without end": "import os\nn = 0\nwhile True:\n    n += 1\n    try: open(f'/tmp/{n}', 'w').close()\n    except OSError: break",
    "a loop that swallows interrupts": "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n    finally:\n        continue",
    "a loop inside C": "sum(range(10**12))",
    "a regular expression that never ends": "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')",
    "signals that are ignored": "import signal, time\nfor s in (signal.SIGINT, signal.SIGTERM): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)",
    "killing everything in reach": "import os, signal; os.kill(-1, signal.SIGKILL)",
    "killing the first process": "import os, signal; os.kill(1, signal.SIGKILL)",
    "a process that stays behind": "import subprocess\nsubprocess.Popen('setsid sh -c \"while :; do touch /tmp/alive; sleep 0.1; done\" &', shell=True)",
    "more rights": "import ctypes, os\nc = ctypes.CDLL(None)\nhw_e1 = [c.setuid(0), c.unshare(0x10000000), c.unshare(0x00020000), c.chroot(b'/'), c.mount(b'x', b'/tmp', b'tmpfs', 0, None)]\nassert hw_e1 == [-1] * 5, hw_e1\nhw_e1 = ...",
    "the network": "import socket\ns = socket.socket(); s.settimeout(1)\ntry: s.connect(('127.0.0.1', 22))\nexcept OSError: pass\ntry: socket.getaddrinfo('example.org', 80)\nexcept OSError: pass",
    "open files of the grader": "import os\nhw_e1 = [f for f in range(3, 256) if os.path.exists(f'/proc/self/fd/{f}') and 'key' in os.readlink(f'/proc/self/fd/{f}')] or ...",
    "the environment of the grader": "import os\nhw_e2 = {k for k in os.environ if 'KEY' in k or 'CSTOLIB' in k} or ...",
    "the key on this machine": f"{FINDS}hw_e2 = set(seen) or ...",
    "other processes": "import os\nhw_e2 = {p for p in os.listdir('/proc') if p.isdigit() and b'cat' not in open(f'/proc/{p}/cmdline', 'rb').read() and b'python' not in open(f'/proc/{p}/cmdline', 'rb').read() and b'bwrap' not in open(f'/proc/{p}/cmdline', 'rb').read()} or ...",
    "names that look alike": "hw_е1 = 3\nhw_ｅ2 = {'BLR'}",
    "a cell that ends the kernel when it is read": "class Yes:\n    __getattr__ = lambda s, n: exit()\nhw_e3 = Yes()",
}
ATTACKS = {**OBJECTS, **TAMPERING, **MESSAGES, **ESCAPES}
STATUSES = {"graded", "not-attempted", "timed-out", "crashed"}


def points(result: dict[str, Any]) -> float:
    return sum(each["points"] or 0 for each in result["questions"].values())


def test_there_are_more_than_forty_of_them() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("name", ATTACKS)
def test_it_earns_nothing_and_the_next_one_is_graded(name: str, blank: Notebook, key: dict[str, Any]) -> None:
    result = grade(packed(attacked(blank, ATTACKS[name])), key, limits=SHORT)
    assert (points(result), result["status"] in STATUSES) == (0, True), result
    assert set(result["questions"]) == set(POINTS)
    assert len(json.dumps(result)) < 20_000
    following = grade(packed(answered(blank)), key, limits=SHORT)
    assert (following["status"], points(following)) == ("graded", FULL)


@pytest.mark.parametrize("name", [*TAMPERING, *MESSAGES])
def test_it_does_not_spoil_honest_answers_of_its_own_into_more(
    name: str, blank: Notebook, key: dict[str, Any]
) -> None:
    work = answered(blank, **{**dict.fromkeys(NAMES), "hw_e1": "hw_e1 = 3"})
    work["cells"] = attacked(blank, ATTACKS[name])["cells"][:1] + work["cells"]
    assert points(grade(packed(work), key, limits=SHORT)) <= POINTS["hw-e1"]


def seen_inside(code: str) -> Any:
    """Run code in a jail and bring out what it assigns to `found`, a list of texts."""
    question = {"kind": "set", "variable": "found", "wrong": []}
    return run([code], {"q": question}, limits=Limits(10, 20)).answers["q"].get("value")


def test_the_jail_has_no_network_and_few_folders_to_write_to() -> None:
    assert seen_inside("import socket\nfound = [n for _, n in socket.if_nameindex()]") == ["lo"]
    code = (
        "import os\nfound = []\nfor folder, dirs, _ in os.walk('/'):\n    dirs[:] = [] if folder == '/proc' else dirs\n"
        "    found += [folder] if os.access(folder, os.W_OK) else []"
    )
    allowed = {"/home/learner", "/tmp", "/dev/shm", "/dev/pts", "/run/kernel"}
    found = [folder for folder in seen_inside(code) if not any(folder.startswith(each) for each in allowed)]
    assert found == []


def test_the_jail_runs_as_an_ordinary_user_without_rights_or_ways_to_have_more() -> None:
    code = (
        "found = [line.split(':')[0] + '=' + line.split()[1] for line in open('/proc/self/status') "
        "if line.startswith(('Uid', 'CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs'))]"
    )
    none = "0" * 16
    assert seen_inside(code) == [
        f"capbnd={none}",
        f"capeff={none}",
        f"capprm={none}",
        "nonewprivs=1",
        "uid=1000",
    ]


def test_no_memory_outside_the_limits_no_keys_and_no_rare_system_calls() -> None:
    calls = {
        "x86_64": [29, 64, 68, 248, 249, 250, 298, 319, 321, 323, 425, 0x40000000 + 39],
        "aarch64": [186, 190, 194, 217, 218, 219, 241, 279, 280, 282, 425],
    }[os.uname().machine]
    code = (
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"found = [n for n in {calls} if libc.syscall(n, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.ENOSYS]"
    )
    assert seen_inside(code) is None


def test_the_first_process_which_has_no_limits_cannot_be_taken_over() -> None:
    code = (
        "import os\nfound = []\nfor p in os.listdir('/proc'):\n    if p.isdigit() and int(p) != os.getpid():\n"
        "        try: open(f'/proc/{p}/mem', 'r+b'); found.append('changed')\n"
        "        except PermissionError: found.append('refused')"
    )
    assert seen_inside(code) == ["refused"]


def test_outside_its_user_is_an_ordinary_one_too() -> None:
    host = jail.host()
    pid = host.start(
        {"transport": "ipc", "ip": "/run/kernel/s", "key": "k", "signature_scheme": "hmac-sha256"}
        | {f"{name}_port": n for n, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)},
    )
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        user = int(status.partition("Uid:")[2].split()[0])
        assert user == (65534 if os.geteuid() == 0 else os.geteuid())
    finally:
        host.ask(do="end")


def test_neither_sources_nor_tests_nor_keys_can_be_read_in_it() -> None:
    root = Path(__file__).parents[2]
    names = ("exercises", "tests", "docs", ".git")
    code = f"import os\nfound = [n for n in {names} if os.path.exists(f'{root}/{{n}}')]"
    assert seen_inside(code) is None


def test_the_dead_of_many_submissions_do_not_pile_up() -> None:
    for _ in range(4):
        seen_inside("import os\nif not os.fork():\n    os.fork()\n    os._exit(0)\nfound = ['x']")
    warm = jail.host().warm["warm"]
    assert len(Path(f"/proc/{warm}/task/{warm}/children").read_text(encoding="ascii").split()) <= 4


def test_the_host_whose_memory_every_kernel_has_is_told_nothing_of_a_learner(
    blank: Notebook, key: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    ask = jail.Host.ask
    monkeypatch.setattr(
        jail.Host, "ask", lambda self, **request: (told.append(json.dumps(request)), ask(self, **request))[1]
    )
    grade(packed(answered(blank, hw_e4="hw_e4 = 'unlikely-answer'")), key, learner="unlikely-id")
    assert len(told) >= 2
    assert [request for request in told if "unlikely" in request or "hw" in request] == []


def test_nothing_of_a_submission_runs_on(blank: Notebook, key: dict[str, Any]) -> None:
    before = {each.name for each in Path("/proc").iterdir() if each.name.isdigit()}
    grade(packed(attacked(blank, ESCAPES["a process that stays behind"])), key, limits=SHORT)
    left = [
        each.read_bytes()
        for pid in {each.name for each in Path("/proc").iterdir() if each.name.isdigit()} - before
        if (each := Path("/proc", pid, "cmdline")).exists()
    ]
    assert [line for line in left if b"alive" in line] == []
