"""The controls that panels are made of, each of which works by keyboard, and their look.

Which controls. Measured in JupyterLab 4.6 with ipywidgets 8.1, in command and in edit mode: a control
passes when Tab reaches it, its keys work without the notebook moving to another cell, and a screen reader is
told its name and its state.

================  =====================================  ==================================================
control           keys                                   verdict
================  =====================================  ==================================================
Checkbox          Space                                  passes; used for every choice
Text, number box  typing; Up and Down in a number box    passes; used for numbers and probabilities
Button            Space, Enter                           passes
ToggleButtons     Tab, Space, Enter                      which one is pressed is shown but not told
RadioButtons      Tab, Space; arrows leave the cell      fails
Dropdown, Select  Home, End; arrows leave the cell       fails
Combobox          typing                                 passes, but offers nothing until one types
SelectionSlider   arrows, Home, End                      no name; tells the position, not the chosen option
IntSlider         arrows, Page keys, Home, End           no name; needs a number box beside it
================  =====================================  ==================================================

So one choice among several is a list of checkboxes of which one stays ticked. Probabilities are typed: an
empty box suggests nothing, and leaving it empty is an answer too.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Jupyter's own colours, so that a panel suits every theme.
STYLE = """<style>
.cstolib-panel{max-width:46em;padding:.2em 0 .4em .9em;border-left:3px solid var(--jp-border-color1,#888)}
.cstolib-panel .widget-html-content{line-height:1.45;white-space:normal;
color:var(--jp-content-font-color1,inherit)}
.cstolib-panel p{margin:.25em 0}
.cstolib-panel .widget-checkbox{width:auto;height:auto;margin:0}
.cstolib-panel .widget-label-basic{display:flex;align-items:flex-start;height:auto;padding:.2em 0;
line-height:1.45;white-space:normal;cursor:pointer}
.cstolib-panel .widget-label-basic input{flex:none;align-self:flex-start;margin:.2em .6em 0 .2em}
.cstolib-panel .widget-label-basic span{white-space:normal;overflow:visible}
.cstolib-panel .widget-label-basic:has(:checked){font-weight:600}
.cstolib-panel .widget-text{width:auto;height:auto}
.cstolib-panel .widget-text>label{width:auto;max-width:none;overflow:visible;white-space:normal;
text-align:left}
.cstolib-panel .widget-text>input{flex:none;width:7em}
.cstolib-panel .cstolib-choices{flex-flow:row wrap}
.cstolib-panel .cstolib-choices .widget-checkbox{width:22em}
.cstolib-panel .cstolib-choices code{font-size:85%;font-weight:400}
.cstolib-panel :focus-visible{outline:2px solid var(--jp-brand-color1,#1976d2);outline-offset:1px}
</style>"""


class Panel:
    """Controls in a cell, with the same content in words for every place that draws no controls.

    Parameters
    ----------
    controls : ipywidgets widget
        What is shown where a kernel runs.
    text, html : str
        What is shown elsewhere: in a notebook that is not trusted, in an export, in a terminal.
    """

    def __init__(self, controls: w.Box, text: str, html: str) -> None:
        self.controls = controls
        self._text, self._html = text, html
        controls.add_class("cstolib-panel")

    def __repr__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        # JupyterLab prefers the widget to HTML, and HTML to text.
        view: dict[str, Any] = self.controls._repr_mimebundle_()
        return {**view, "text/plain": self._text, "text/html": self._html}


class OneOf:
    """One choice among several: checkboxes of which one stays ticked, at most or always.

    Parameters
    ----------
    options : mapping
        Text of each option by its key.
    on_change : callable
        Called after each change.
    value : str, optional
        Key of the option that is ticked at first; then one always is.
    html : bool
        Whether the texts are HTML.
    """

    def __init__(
        self,
        options: Mapping[str, str],
        on_change: Callable[[], None],
        value: str | None = None,
        *,
        html: bool = False,
    ) -> None:
        self.value = value
        self._required = value is not None
        self._on_change = on_change
        self.boxes = {
            key: w.Checkbox(value=key == value, description=text, indent=False, description_allow_html=html)
            for key, text in options.items()
        }
        for key, box in self.boxes.items():
            box.observe(lambda change, key=key: self._ticked(key, change["new"]), "value")

    def _ticked(self, key: str, ticked: bool) -> None:
        if ticked == (self.value == key):
            return  # the echo of a change made below
        if self._required and not ticked:
            self.boxes[key].value = True
            return
        self.value = key if ticked else None
        for other, box in self.boxes.items():
            box.value = other == self.value
        self._on_change()


def row(*widgets: w.Widget) -> w.HBox:
    """Put controls beside each other, and under each other where there is no room."""
    return w.HBox(widgets, layout=w.Layout(flex_flow="row wrap", align_items="center"))


def code_line(*calls: str) -> str:
    """Write the line below a panel that names the same in code."""
    return f"<p>The same in code: {' and '.join(f'<code>{escape(call)}</code>' for call in calls)}</p>"


def status(message: str) -> str:
    """Write a message that a screen reader reads out."""
    return f'<p role="status">{escape(message)}</p>'
