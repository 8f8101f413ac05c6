"""Templates: SQL files that say "-- template: jinja", and the variables that they use.

Names and values are put into SQL through filters, whatever is in them: {{ name | identifier }},
{{ table | qualified }} and {{ text | literal }}.
"""

from typing import Any, NamedTuple

from toolkit.errors import Failure
from toolkit.project import Project, SqlFile, files_root

LONGEST_NAME = 63  # bytes; the server would cut the rest off without a word


class Variable(NamedTuple):
    """A variable that a template uses. source: where its value is from, empty when it has none."""

    name: str
    value: Any
    source: str


def is_template(file: SqlFile) -> bool:
    """Tell whether a file is rendered by Jinja."""
    return file.header.get("template") == "jinja"


def template(file: SqlFile, variables: dict[str, Any]) -> str:
    """Return the file's text; rendered by Jinja when its header says "-- template: jinja".

    A file may include others, named from the folder that holds checks/ and sql/.
    Errors: Failure naming the file, and where it can be told the line, for anything wrong in it.
    """
    return expand(file.text, file.name, variables) if is_template(file) else file.text


def expand(text: str, name: str, variables: dict[str, Any], trim: bool = True) -> str:
    """Return a text rendered by Jinja.

    name: what errors call it. trim: a line end after a tag is left out.
    """
    import jinja2

    try:
        return str(_environment(trim).from_string(text).render(variables))
    except jinja2.TemplateSyntaxError as error:
        raise _malformed(name, error) from error
    except jinja2.TemplateNotFound as error:
        raise Failure(
            f"{name}: there is no {error.name} to include", hint="Correct the name."
        ) from error
    except jinja2.UndefinedError as error:
        raise Failure(
            f"{name}: {error.message}",
            "A template may only use names that mdt.toml defines.",
            "Add the name to [variables] in mdt.toml.",
        ) from error
    except Failure as error:
        raise Failure(f"{name}: {error.message}", error.detail, error.hint) from error
    except Exception as error:  # whatever its expressions do: divide by zero, add text to a number
        raise Failure(
            f"{name}: {type(error).__name__}: {error}", hint="Correct the template."
        ) from error


def variables_used(file: SqlFile, project: Project) -> list[Variable]:
    """Return the variables that a file uses, by name; none where it is no template."""
    if not is_template(file):
        return []
    known = project.variables
    source = str(project.folder / "mdt.toml")
    return [
        Variable(name, known.get(name), source if name in known else "")
        for name in sorted(_names_used(file.text, file.name))
    ]


def _names_used(text: str, name: str) -> set[str]:
    """Return the names that a template and what it includes take from outside."""
    import jinja2
    import jinja2.meta

    environment = _environment()
    try:
        tree = environment.parse(text)
    except jinja2.TemplateSyntaxError as error:
        raise _malformed(name, error) from error
    used: set[str] = jinja2.meta.find_undeclared_variables(tree) - environment.globals.keys()
    for part in jinja2.meta.find_referenced_templates(tree):
        path = files_root() / str(part)
        if part and path.is_file():
            used |= _names_used(path.read_text(encoding="utf-8"), part)
    return used


def quote_identifier(value: object) -> str:
    """Return a value as a quoted SQL identifier. Errors: Failure for what cannot be a name."""
    text = str(value)
    if not text or "\0" in text or len(text.encode()) > LONGEST_NAME:
        raise Failure(
            f"{text!r} cannot be a name",
            f"A name has 1 to {LONGEST_NAME} bytes, none of them zero.",
            "Correct it in [variables] of mdt.toml.",
        )
    return '"' + text.replace('"', '""') + '"'


def quote_qualified(value: object) -> str:
    """Return "schema.table", or a list of names, as quoted identifiers with dots between them."""
    names = value if isinstance(value, (list, tuple)) else str(value).split(".")
    return ".".join(quote_identifier(name) for name in names)


def quote_literal(value: object) -> str:
    """Return a value as a SQL string literal, whatever standard_conforming_strings says."""
    text = str(value)
    if "\0" in text:
        raise Failure(
            f"{text!r} cannot be a text of the database", hint="Take the zero byte out of it."
        )
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return f" E{quoted}" if "\\" in text else quoted


def _environment(trim: bool = True) -> Any:
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=trim,
        loader=jinja2.FileSystemLoader(files_root()),
        autoescape=False,  # noqa: S701
    )
    environment.filters["identifier"] = quote_identifier
    environment.filters["qualified"] = quote_qualified
    environment.filters["literal"] = quote_literal
    return environment


def _malformed(name: str, error: Any) -> Failure:
    return Failure(f"{name}:{error.lineno}: {error.message}", hint="Correct the template.")
