"""What stands below the help of a command: examples, and the exit codes, which click is to leave as they are."""

from __future__ import annotations

from typing import Final

PROGRAM: Final = """\b
Examples:
  crashloop demo                                # try it here: no Slack, no cluster
  crashloop diagnose deployment/api -n production
  crashloop causes memory                       # the root causes that a word finds
  crashloop COMMAND --help                      # options and examples of a command

\b
Exit codes:
  0  done; diagnose: nothing fails              4    the cluster cannot be used
  1  diagnose: it fails; doctor: broken         70   a fault of crashloop itself
  2  wrong usage or settings                    130  interrupted
  3  diagnose: there is no such target          141  the reader of a pipe left

Shell completion: crashloop completion --install
"""

DIAGNOSE: Final = """\b
Examples:
  crashloop diagnose                            # what fails now in this namespace; -A: in all
  crashloop diagnose deployment/api -n production
  crashloop diagnose production/api-7d4b9c6f5-xkp2z -o json | jq -r .cause
  crashloop diagnose sts/postgres --save incident.json
  kubectl crashloop deployment api              # the same, as kubectl's plugin
"""

INIT: Final = """\b
Examples:
  crashloop init                                # asks, and writes crashloop-here/
  crashloop init ../here --channel C0123ABCD --yes
  crashloop init --alertmanager operator --act-in payments,web --email alice@example.com
  crashloop init --slack http --public-url https://crashloop.example.com --tls-secret crashloop-tls
  crashloop init --yes -o json | jq -r '.steps[].commands[]'
"""

DOCTOR: Final = """\b
Examples:
  crashloop doctor                              # before the first start, and whenever something is wrong
  crashloop doctor --test-alert                 # ... and one alert all the way into Slack
  crashloop doctor --test-webhook               # ... and one event to the outgoing webhook
  crashloop doctor -o json | jq '.checks[] | select(.state == "broken")'
  kubectl -n crashloop exec deploy/crashloop -- crashloop doctor --test-alert
"""

MCP: Final = """\b
Examples (what an agent's configuration wants to run):
  crashloop mcp
  crashloop mcp --context staging
"""

COMPLETION: Final = """\b
Examples:
  crashloop completion --install                # for the shell that you use
  crashloop completion zsh --install
  source <(crashloop completion bash)           # for this shell only
"""
