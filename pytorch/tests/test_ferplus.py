"""FERPlus: the two label rules, soft labels, packing, duplicates."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

from qcs_fer.ferplus import argmax_label, label_distribution, load_ferplus, majority_label

SHARED = Path(__file__).resolve().parents[3] / 'shared' / 'data' / 'ferplus'
HEADER = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n'


def votes(**named):
    order = ('neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt', 'unknown', 'nf')
    return np.array([named.get(name, 0) for name in order])


class Rules(unittest.TestCase):
    def test_argmax_takes_the_first_of_equals_and_drops_unknown(self):
        self.assertEqual(argmax_label(votes(neutral=4, anger=4)), 0)
        self.assertEqual(argmax_label(votes(neutral=4, unknown=5)), -1)
        self.assertEqual(argmax_label(votes(nf=10)), -1)

    def test_majority_ignores_single_votes_and_wants_more_than_half(self):
        self.assertEqual(majority_label(votes(happiness=6, neutral=4)), 1)
        self.assertEqual(majority_label(votes(happiness=5, neutral=5)), -1)
        self.assertEqual(majority_label(votes(happiness=5, neutral=3, anger=1, fear=1)), 1)
        self.assertEqual(majority_label(votes(happiness=5, unknown=5)), -1)

    def test_distribution_drops_single_votes_unknown_and_not_a_face(self):
        distribution = label_distribution(votes(sadness=6, neutral=2, fear=1, unknown=1))
        np.testing.assert_allclose(distribution, [.25, 0, 0, .75, 0, 0, 0, 0])
        np.testing.assert_allclose(label_distribution(votes(sadness=1, fear=1, unknown=8)), [0, 0, 0, .5, 0, 0, .5, 0])


class Loading(unittest.TestCase):
    def test_first_row_of_a_name_counts_and_copies_in_later_splits_are_marked(self):
        with tempfile.TemporaryDirectory() as folder:
            root, generator = Path(folder) / 'ferplus', np.random.default_rng(1)
            pictures = [generator.integers(0, 256, (48, 48), dtype=np.uint8) for _ in range(3)]
            for split, entries in {'Train': {'a.png': 0, 'b.png': 1}, 'Valid': {'c.png': 2},
                                   'Test': {'d.png': 0, 'e.png': 2}}.items():
                place = root / 'data' / f'FER2013{split}'
                place.mkdir(parents=True)
                for name, index in entries.items():
                    Image.fromarray(pictures[index]).save(place / name)
            rows = ['Training,a.png,9,0,0,0,0,0,0,0,1,0', 'Training,a.png,0,9,0,0,0,0,0,0,1,0',
                    'Training,b.png,0,0,9,0,0,0,0,0,0,1',
                    'PublicTest,c.png,0,8,0,2,0,0,0,0,0,0', 'PrivateTest,d.png,10,0,0,0,0,0,0,0,0,0',
                    'PrivateTest,e.png,0,8,0,2,0,0,0,0,0,0']
            (root / 'fer2013new.csv').write_text(HEADER + '\n'.join(rows) + '\n')
            train, test = (load_ferplus(root, Path(folder) / 'cache', split) for split in ('train', 'test'))
            self.assertEqual(train.argmax.tolist(), [0, 2])
            self.assertEqual(tuple(train.images.shape), (2, 1, 48, 48))
            np.testing.assert_array_equal(train.images[1, 0].numpy(), pictures[1])
            self.assertEqual(test.duplicate.tolist(), [True, True])
            self.assertFalse(train.duplicate.any())

    def test_counts_of_the_real_set(self):
        if not SHARED.exists():
            self.skipTest('no FERPlus at ../shared/data/ferplus')
        with tempfile.TemporaryDirectory() as cache:
            counts = {}
            for split in ('train', 'validation', 'test'):
                samples = load_ferplus(SHARED, cache, split)
                counts[split] = (len(samples), int((samples.argmax >= 0).sum()), int((samples.majority >= 0).sum()),
                                 int(samples.duplicate.sum()))
        self.assertEqual(counts['train'][:3], (28558, 28386, 25057))
        self.assertEqual(counts['validation'], (3579, 3553, 3199, 279))
        self.assertEqual(counts['test'], (3573, 3546, 3153, 314))


if __name__ == '__main__':
    unittest.main()
