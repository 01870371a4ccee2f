"""Runs a check for one seed after the other: what `alerts.py` and `series.py` have in common."""

import argparse
import os
import shutil
import tempfile


def run_seeds(description, name, run, arguments):
    """`run(program, seed, folder)` says what is wrong, or None. The exit status; inputs of failed seeds stay."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--dpslog', required=True, metavar='BIN')
    parser.add_argument('--seeds', type=int, default=100, metavar='N')
    parser.add_argument('--first-seed', type=int, default=1, metavar='S')
    parser.add_argument('--keep', metavar='DIR', help='where inputs of failed seeds stay')
    options = parser.parse_args(arguments)
    program = os.path.abspath(options.dpslog)
    failed = 0
    keep = tempfile.mkdtemp(prefix='dpslog-%s-' % name, dir=options.keep)
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        folder = os.path.join(keep, str(seed))
        os.makedirs(folder)
        complaint = run(program, seed, folder)
        if complaint is None:
            shutil.rmtree(folder)
        else:
            failed += 1
            print('FAIL seed %d (%s): %s' % (seed, folder, complaint), flush=True)
    if not failed:
        shutil.rmtree(keep)
    print('%d passed, %d failed' % (options.seeds - failed, failed))
    return 1 if failed else 0
