"""Executes notebooks and writes them as HTML. Started by jupyter.ts, which explains the protocol.

Reads {"timeout": seconds, "notebooks": [{"source": path, "html": path}]} from standard input and writes one JSON event
a line. It uses nbclient rather than `jupyter nbconvert --execute`, which tells neither the number of a cell that fails
nor, with this kernel, the text of its error.
"""
import json
import os
import signal
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

events = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print must not mix with the events


def tell(**event):
    print(json.dumps(event), file=events, flush=True)


def printed(cell):
    """What a cell wrote to stderr: where this kernel puts its errors."""
    return "".join(o.get("text", "") for o in cell.get("outputs", []) if o.get("name") == "stderr")


def run(notebook, folder, timeout):
    """The first failure as fields of an event, or None."""
    client = NotebookClient(
        notebook, timeout=timeout, kernel_name="tslab", resources={"metadata": {"path": folder}}
    )
    code = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
    cell = None
    number = 0
    try:
        with client.setup_kernel():
            for number, index in enumerate(code, 1):
                cell = notebook.cells[index]
                tell(event="cell", number=number, of=len(code))
                cell.execution_count = number  # this kernel does not say it
                client.execute_cell(cell, index)
        return None
    except CellTimeoutError:
        return {"reason": "timeout", "number": number, "source": cell.source, "text": ""}
    except CellExecutionError:
        return {"reason": "error", "number": number, "source": cell.source, "text": printed(cell)}
    except (DeadKernelError, RuntimeError) as error:
        return {"reason": "kernel", "number": number, "source": "", "text": str(error)}


def main():
    order = json.load(sys.stdin)
    exporter = HTMLExporter()
    for job in order["notebooks"]:
        source = job["source"]
        folder, name = os.path.split(source)
        tell(event="begin", source=source)
        try:
            notebook = nbformat.read(source, as_version=4)
            failure = run(notebook, folder, order["timeout"])
            resources = {"metadata": {"name": os.path.splitext(name)[0], "path": folder}}
            html, _ = exporter.from_notebook_node(notebook, resources=resources)
            with open(job["html"], "w", encoding="utf-8") as file:
                file.write(html)
        except Exception as error:  # told in a line; a traceback helps nobody here
            failure = {"reason": "other", "number": 0, "source": "", "text": f"{type(error).__name__}: {error}"}
        if failure:
            tell(event="failed", **failure)
        else:
            tell(event="done", html=job["html"])


def stop(*_):
    raise KeyboardInterrupt  # unwinds, so that the kernel, in a session of its own, is ended too


signal.signal(signal.SIGTERM, stop)
try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
