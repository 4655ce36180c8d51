"""The card: figures of the browser code's report, taken only from a report of the same weights over a whole split."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from qcs_fer.card import model_card
from qcs_fer.config import ConfigError
from qcs_fer.evaluation_report import detailed_metrics

HERE = Path(__file__).parents[1]
SHIPPED = HERE.parent / 'public' / 'models' / 'qcs-mobile'


def interval(value):
    return {'value': value, 'low': value - 0.1, 'high': value + 0.1}


def report_of(manifest, **changes):
    names = manifest['classes']
    confusion = [[10 if row == column else int(column == (row + 1) % len(names)) for column in range(len(names))]
                 for row in range(len(names))]
    details = {name: {'precision': interval(0.8), 'recall': interval(0.7), 'f1': None, 'n': 11} for name in names}
    run = {'model': {'files': manifest['files']}, 'data': {'layout': 'ferplus', 'split': 'test', 'rule': 'majority'},
           'classes': names,
           'backend': 'wasm', 'runtime': 'Node'}
    points = [{'strength': strength, 'n': 40, 'accuracy': interval(0.9 - strength / 10), 'macroRecall': interval(0.5)}
              for strength in range(1, 6)]
    return {'accuracy': interval(0.85), 'perClass': details, 'confusion': confusion, 'msPerImage': 21.4,
            'corruptions': {'blur': points},
            'details': {'perClass': details}, 'run': {**run, **changes}}


def readings_of(manifest):
    """What evaluate says of a model that was calibrated."""
    names = manifest['classes']
    confidence = {'calibrationError': 0.03, 'calibrationErrorByChance': 0.02, 'confidentlyWrong': interval(0.2)}
    figures = {'n': 88, **confidence, 'unclear': interval(0.4), 'misleading': interval(0.11),
               'withoutDoubt': {**confidence, 'calibrationError': 0.5}}
    return {'mirrored': {'accuracy': interval(0.86), 'macroRecall': interval(0.7), 'expectedCalibrationError': 0.02},
            'shares': {'n': 88, 'distance': 0.27, 'distanceOfProbabilities': 0.24, 'agreement': interval(0.8),
                       'crossEntropy': {'shares': 0.74, 'probabilities': 0.98, 'least': 0.49},
                       'votes': {name: {'expected': 10.4, 'counted': 11.2} for name in names}},
            'sets': {'n': 88, 'coverage': interval(0.9), 'meanSize': 1.03, 'sizes': [85, 3, 0],
                     'perClass': {name: interval(0.88) for name in names}},
            'balanced': {'accuracy': interval(0.83), 'macroRecall': interval(0.8),
                         'perClass': {name: {'recall': 0.75} for name in names}},
            'conditions': {'undamaged': figures,
                           'damaged': {'blur': [{'strength': strength, **figures} for strength in range(1, 6)]}}}


class Card(unittest.TestCase):
    def setUp(self):
        self.manifest = json.loads((SHIPPED / 'manifest.json').read_text())

    def test_the_report_stands_in_manifest_and_card(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / 'manifest.json').write_text(json.dumps(self.manifest))
            (Path(folder) / 'report.json').write_text(json.dumps(report_of(self.manifest)))
            command = [sys.executable, 'describe.py', folder, str(Path(folder) / 'report.json'), '--images-per-second',
                       '50', '--cores', '2']
            subprocess.run(command, cwd=HERE, check=True, timeout=60)
            manifest = json.loads((Path(folder) / 'manifest.json').read_text())
            card = (Path(folder) / 'MODEL_CARD.md').read_text()
        self.assertEqual(manifest['metrics']['ferplus']['test']['detailed']['classes']['fear']['takenFor'],
                         {'contempt': 1})
        self.assertEqual(manifest['files'], self.manifest['files'])
        self.assertIn('| fear | 11 | 80 (70 to 90) | 70 (60 to 80) | none | contempt (1) |', card)
        self.assertIn('| blur | 80 | 70 | 60 | 50 | 40 |', card)
        self.assertIn(f'{self.manifest["training"]["imagesSeen"] / 50 * 2 / 3600:.1f} processor-core hours', card)

    def test_what_a_model_says_beside_its_labels_stands_in_the_card(self):
        report = report_of(self.manifest) | readings_of(self.manifest)
        data, split, record = detailed_metrics(report, self.manifest)
        self.manifest['metrics'][data][split]['detailed'] = record
        card = model_card(self.manifest)
        self.assertIn('accuracy 86.0 (76.0 to 96.0), macro recall 70.0', card)
        self.assertIn('distance to the votes 0.270 (the plain probabilities: 0.240)', card)
        self.assertIn('| fear | 10 | 11 |', card)
        self.assertIn('they do in 90.0 (80.0 to 100.0), with 1.03 classes on average (sets by size: 1: 85, 2: 3)', card)
        self.assertIn('| fear | 70 | 75 |', card)
        self.assertIn('| blur | 5 | 50.0 | 3.0 | 2.0 | 20.0 | 20.0 | 11.0 | 40.0 |', card)
        self.assertNotIn('| blur | 2 | 50.0', card)

    def test_the_shipped_card_is_what_its_manifest_gives(self):
        self.assertEqual(model_card(self.manifest), (SHIPPED / 'MODEL_CARD.md').read_text(encoding='utf-8'))

    def test_a_report_of_other_weights_or_of_a_part_is_refused(self):
        other = [{**file, 'sha256': '0' * 64} for file in self.manifest['files']]
        for changes in ({'model': {'files': other}}, {'limit': 60}):
            self.assertRaises(ConfigError, detailed_metrics, report_of(self.manifest, **changes), self.manifest)
        self.assertRaises(ConfigError, detailed_metrics, {**report_of(self.manifest), 'run': None}, self.manifest)


if __name__ == '__main__':
    unittest.main()
