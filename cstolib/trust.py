"""Sign the course's own notebooks, so that JupyterLab shows their tables and links at first sight.

JupyterLab takes styles, links and scripts out of the outputs of a notebook that was neither run nor signed on
this machine. A signature is a fingerprint of the content, kept among Jupyter's own data: a notebook that was
changed on its way here is not trusted, and what the learner runs JupyterLab signs itself.
"""

from __future__ import annotations

from typing import Any


def sign(data: bytes) -> bool:
    """Sign a notebook that this package itself has just written; without Jupyter's leave, do without.

    Parameters
    ----------
    data : bytes
        The notebook as it was shipped.

    Returns
    -------
    bool
        Whether it is signed.

    Examples
    --------
    >>> sign(b"not a notebook")
    False
    """
    try:
        import nbformat
        from jupyter_core.paths import jupyter_data_dir
        from jupyter_core.utils import ensure_dir_exists
        from nbformat.sign import NotebookNotary

        notebook = nbformat.reads(data.decode(), as_version=4)  # type: ignore[no-untyped-call]
        ensure_dir_exists(jupyter_data_dir(), mode=0o700)
        # The folder is named, so that no Jupyter application is started to find it.
        notary: Any = NotebookNotary(data_dir=jupyter_data_dir())  # type: ignore[no-untyped-call]
        try:
            notary.sign(notebook)
            return bool(notary.check_signature(notebook))
        finally:
            notary.store.close()
    except Exception:  # unsigned, a notebook opens all the same: nothing here is worth a word to the learner
        return False
