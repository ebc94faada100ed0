"""Holds a report package against the rules of a published validator, without a network.

Prints the rules that are broken, each with its messages, as JSON.
"""

import json
import sys

from xbridge.validation import validate

broken = {}
for scope in validate(sys.argv[1], eba=True).values():
    for weight in scope.values():
        for rule, findings in weight.items():
            broken[rule] = [str(finding.get("message")) for finding in findings]
print(json.dumps(broken))
