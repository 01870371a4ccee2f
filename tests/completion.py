#!/usr/bin/env python3
"""Do the shells' completions know what the program takes?

    completion.py [--dpslog BIN]

Prints the script of each shell, has the shell check it, and completes lines with it: for every command exactly the options
of its --help are offered, every command is, and values, lists, codes and paths where they belong. bash and fish complete
for real; zsh gets stubs of its completion functions, which show what they are asked for. A shell that is absent is skipped,
but for what can be read in its script.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIMEOUT = 60

BASH = '''
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_dpslog
printf '%s\\n' "${COMPREPLY[@]}"
'''

FISH = '''
source $argv[1]
complete -C$argv[2]
'''

# Stubs: what the script asks of the functions of compsys.
ZSH = '''
compdef() { }
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- "${(@P)2}" }
_files() { print -r -- FILES }
script=$1; shift
words=("$@"); CURRENT=$#
complete_it() { source $script }
complete_it
'''


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, found, expected):
        if found == expected:
            self.passed += 1
        else:
            self.failed += 1
            print('FAIL %s:\n  found    %r\n  expected %r' % (what, found, expected))


def run(command, place):
    environment = {'PATH': os.environ.get('PATH', os.defpath), 'HOME': place, 'XDG_CONFIG_HOME': place, 'XDG_DATA_HOME': place,
                   'LC_ALL': 'C.UTF-8', 'TERM': 'dumb'}
    environment.update((name, value) for name, value in os.environ.items() if name.endswith('SAN_OPTIONS'))
    done = subprocess.run(command, cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    return done.stdout + done.stderr if done.returncode or done.stderr else done.stdout


def bash(script, words, place):
    return [line for line in run(['bash', '--norc', '-c', BASH, 'bash', script, *words], place).split('\n') if line]


def fish(script, words, place):
    found = run(['fish', '--no-config', '-c', FISH, script, ' '.join(words)], place).split('\n')
    return [line.split('\t')[0] for line in found if line]


def zsh(script, words, place):
    return [line for line in run(['zsh', '-f', '-c', ZSH, 'zsh', script, *words], place).split('\n') if line]


def options_in(lines):
    """The long options among what a shell offers, or among the specs of zsh: where the name stands, not what is said of it."""
    found = set()
    for line in lines:
        found.update(re.findall(r'^(?:\([^)]*\)|\*)?--([a-z][a-z0-9-]*)', line))
    return found


def help_of(program, *command):
    return run([program, *command, '--help'], TOP)


def help_options(text):
    return set(re.findall(r'^  (?:-., |    )--([a-z][a-z0-9-]*)', text, re.MULTILINE))


def commands_of(program):
    block = re.search(r'^Commands\n((?:  .*\n)+)', help_of(program), re.MULTILINE).group(1)
    return re.findall(r'^  ([a-z]+)', block, re.MULTILINE)


def check_texts(checks, scripts, commands, options):
    for shell, path in scripts.items():
        with open(path, encoding='utf-8') as file:
            text = file.read()
        name = r'-l %s\b' if shell == 'fish' else r'--%s\b'
        checks.equal(shell + ': options that the script lacks', [o for o in sorted(options) if not re.search(name % re.escape(o), text)], [])
        checks.equal(shell + ': commands that the script lacks', [c for c in commands if not re.search(r'\b%s\b' % c, text)], [])


def check_bash(checks, path, place, helps):
    checks.equal('bash -n', run(['bash', '-n', path], place), '')

    def expect(words, *expected):
        checks.equal('bash: ' + ' '.join(words), sorted(bash(path, words, place)), sorted(expected))

    for command, options in helps.items():
        checks.equal('bash: dpslog %s --' % command, options_in(bash(path, ['dpslog', command, '--'], place)), options)
    checks.equal('bash: dpslog --', options_in(bash(path, ['dpslog', '--'], place)), helps['summary'])
    checks.equal('bash: dpslog, nothing more', sorted(bash(path, ['dpslog', ''], place)),
                 sorted([*helps, 'logs one.json', 'logs.tar']))
    expect(['dpslog', 'fai'], 'failures')
    expect(['dpslog', 'lo'], 'logs one.json', 'logs.tar')
    expect(['dpslog', 'failures', 'f'])
    expect(['dpslog', 'failures', 'logs.'], 'logs.tar')
    expect(['dpslog', 'failures', '-q', '--no-h'], '--no-header')
    expect(['dpslog', 'failures', '-f', ''], 'table', 'csv', 'json')
    expect(['dpslog', '-f', ''], 'text', 'json')
    expect(['dpslog', 'failures', '--format', '=', 'c'], 'csv')
    expect(['dpslog', 'failures', '--format', '='], 'table', 'csv', 'json')
    expect(['dpslog', 'failures', '--by', 'device,resultT'], 'device,resultType')
    expect(['dpslog', 'failures', '--by', '=', 'device,resultT'], 'device,resultType')
    expect(['dpslog', '--tolerate', 'cut'], 'cut_at_end')
    expect(['dpslog', '--code', '401002,4040'],
           *['401002,4040%02d' % n for n in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)])
    expect(['dpslog', '--since', '-'])
    expect(['dpslog', '--device', 'fai'])
    expect(['dpslog', '--device', 'failures', '--by'])
    expect(['dpslog', '--device', '=', 'failures', '--no-h'], '--no-header')
    expect(['dpslog', 'logs.tar', 'fai'])
    expect(['dpslog', '--ledger', 'logs.'], 'logs.tar')
    expect(['dpslog', 'explain', 'DeviceNot'], 'DeviceNotFound', 'DeviceNotOnline')
    expect(['dpslog', 'explain', '4010'], '401000', '401001', '401002', '401003', '401004')
    expect(['dpslog', 'explain', 'logs'])
    expect(['dpslog', '--completion', 'z'], 'zsh')


def check_fish(checks, path, place, helps):
    checks.equal('fish -n', run(['fish', '--no-config', '-n', path], place), '')

    def expect(words, *expected):
        checks.equal('fish: ' + ' '.join(words), sorted(fish(path, words, place)), sorted(expected))

    for command, options in helps.items():
        checks.equal('fish: dpslog %s --' % command, options_in(fish(path, ['dpslog', command, '--'], place)), options)
    expect(['dpslog', 'fai'], 'failures')
    expect(['dpslog', 'failures', '-f', ''], 'table', 'csv', 'json')
    expect(['dpslog', '-f', ''], 'text', 'json')
    expect(['dpslog', 'failures', '--by', 'device,resultT'], 'device,resultType')
    expect(['dpslog', 'explain', 'DeviceNot'], 'DeviceNotFound', 'DeviceNotOnline')
    expect(['dpslog', '--ledger', 'logs.'], 'logs.tar')


def check_zsh(checks, path, place, helps):
    checks.equal('zsh -n', run(['zsh', '-f', '-n', path], place), '')
    for command, options in helps.items():
        asked = zsh(path, ['dpslog', command, ''], place)
        checks.equal('zsh: dpslog %s' % command, options_in(asked), options)
        checks.equal('zsh: dpslog %s offers no commands' % command, [line for line in asked if '_dpslog_first' in line], [])
    asked = zsh(path, ['dpslog', ''], place)
    checks.equal('zsh: dpslog', options_in(asked), helps['summary'])
    checks.equal('zsh: dpslog offers the commands', '1:command or path:_dpslog_first' in asked, True)
    formats = [line for line in zsh(path, ['dpslog', '-q', 'failures', ''], place) if '--format=' in line]
    checks.equal('zsh: the formats of a command', [line.rsplit(':', 1)[1] for line in formats], ['(table csv json)'])


def main():
    parser = argparse.ArgumentParser(description='Checks the completions for bash, zsh and fish.')
    parser.add_argument('--dpslog', default=os.environ.get('DPSLOG', os.path.join(TOP, 'build', 'dpslog')), metavar='BIN')
    program = os.path.abspath(parser.parse_args().dpslog)
    checks = Checks()
    helps = {command: help_options(help_of(program, command)) for command in commands_of(program)}
    with tempfile.TemporaryDirectory(prefix='dpslog-completion-') as root:
        place = os.path.join(root, 'place')
        os.mkdir(place)
        for name in ('logs one.json', 'logs.tar'):
            with open(os.path.join(place, name), 'wb'):
                pass
        scripts = {}
        for shell in ('bash', 'fish', 'zsh'):
            scripts[shell] = os.path.join(root, shell)
            with open(scripts[shell], 'w', encoding='utf-8') as file:
                file.write(run([program, '--completion', shell], root))
        check_texts(checks, scripts, list(helps), set().union(*helps.values()))
        for shell, check in (('bash', check_bash), ('fish', check_fish), ('zsh', check_zsh)):
            if shutil.which(shell):
                check(checks, scripts[shell], place, helps)
            else:
                print('skipped: completing with %s: it is not there' % shell)
    print('%d passed, %d failed' % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == '__main__':
    sys.exit(main())
