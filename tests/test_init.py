"""What a learner imports: few names, each explained, none of them costly before it is used."""

import inspect
import subprocess
import sys

import pytest

import cstolib

MOST = 25


def test_the_public_names_are_few_sorted_and_all_there_is():
    assert sorted(cstolib.__all__) == cstolib.__all__ == sorted(cstolib._HOME)
    assert len(cstolib.__all__) <= MOST
    assert set(dir(cstolib)) == {*cstolib.__all__, "__version__"}


@pytest.mark.parametrize("name", cstolib.__all__)
def test_each_name_is_found_and_shows_how_it_is_used(name):
    found = getattr(cstolib, name)
    example = ">>> " in inspect.getdoc(found)
    assert example or name == "progress"  # which shows what the learner has done


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        cstolib.__getattr__("laod")


def test_importing_the_package_imports_nothing_heavy():
    heavy = {"pandas", "numpy", "altair", "ipywidgets", "IPython", "vl_convert"}
    code = f"import sys, cstolib; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
