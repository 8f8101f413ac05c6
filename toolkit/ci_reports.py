"""What a proof says, for the programs that show it: JUnit for test results, SARIF for findings."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import Any

from toolkit import __version__
from toolkit.ci import Step

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def junit(steps: Sequence[Step]) -> str:
    """Return the steps as a JUnit document: one test case a step."""
    states = [step.state for step in steps]
    suite = ElementTree.Element(
        "testsuite",
        name="mdt ci",
        tests=str(len(steps)),
        failures=str(states.count("failed")),
        skipped=str(states.count("skipped")),
        errors="0",
        time=f"{sum(step.seconds for step in steps):.3f}",
    )
    for step in steps:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname="mdt.ci",
            name=f"{step.name}: {step.title}",
            time=f"{step.seconds:.3f}",
        )
        if step.state == "failed":
            failure = ElementTree.SubElement(case, "failure", message=clean(step.message))
            failure.text = clean(step.detail)
        elif step.state == "skipped":
            ElementTree.SubElement(case, "skipped")
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def clean(text: str) -> str:
    """Return a text without the control characters that XML does not allow."""
    return "".join(sign for sign in text if sign in "\t\n" or sign.isprintable())


def sarif(steps: Sequence[Step]) -> dict[str, Any]:
    """Return the findings of lint, and the steps that failed otherwise, as a SARIF log."""
    findings = [finding for step in steps for finding in step.findings]
    results = [
        {
            "ruleId": str(finding["rule"]),
            "level": "error",
            "message": {"text": str(finding["message"])},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": str(finding["path"])},
                        "region": {"startLine": max(1, int(finding["line"]))},
                    }
                }
            ],
        }
        for finding in findings
    ]
    results += [
        {
            "ruleId": f"ci-{step.name.replace(' ', '-')}",
            "level": "error",
            "message": {"text": "\n".join(part for part in (step.message, step.detail) if part)},
        }
        for step in steps
        if step.state == "failed" and not step.findings
    ]
    rules = sorted({str(result["ruleId"]) for result in results})
    driver = {"name": "mdt", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
