"""The sources' own rules: the width of a line, no passage twice, no class named where any data set may come."""
import re
import unittest
from pathlib import Path

from qcs_fer.ferplus import CLASSES

HERE = Path(__file__).resolve().parents[1]
WIDEST_LINE = 120
LONGEST_REPEAT = 12
SOURCES = sorted(path for path in HERE.rglob('*.py') if '__pycache__' not in path.parts)


def code_lines(path):
    """(number, text) of the lines that hold code: without blank ones, comments and imports."""
    lines = ((number, line.strip()) for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1))
    return [(number, line) for number, line in lines if line and not line.startswith(('#', 'import ', 'from '))]


class Style(unittest.TestCase):
    def test_lines_are_at_most_120_columns_wide(self):
        wide = [f'{path.relative_to(HERE)}:{number}' for path in SOURCES
                for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1)
                if len(line) > WIDEST_LINE]
        self.assertEqual(wide, [])

    def test_no_run_of_more_than_twelve_lines_stands_twice(self):
        seen, twice = {}, []
        for path in SOURCES:
            lines = code_lines(path)
            for start in range(len(lines) - LONGEST_REPEAT):
                run = tuple(line for _, line in lines[start:start + LONGEST_REPEAT + 1])
                place = f'{path.relative_to(HERE)}:{lines[start][0]}'
                first = seen.setdefault(run, place)
                if first != place:
                    twice.append(f'{first} and {place}')
        self.assertEqual(twice, [])

    def test_only_the_data_set_knows_its_classes(self):
        named = re.compile('|'.join(rf'(?<![a-z]){name}(?![a-z])' for name in CLASSES), re.IGNORECASE)
        places = [f'{path.relative_to(HERE)}:{number} {line}' for path in SOURCES
                  if path.name != 'ferplus.py' and 'tests' not in path.parts
                  for number, line in code_lines(path) if named.search(re.sub(r'"""|#.*', '', line))]
        self.assertEqual(places, [])


if __name__ == '__main__':
    unittest.main()
