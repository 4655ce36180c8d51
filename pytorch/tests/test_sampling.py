"""Samplers, augmentation, schedules, the moving average and the metrics."""
import unittest

import numpy as np
import torch

from qcs_fer.augment import augment, mixed, normalise, resize
from qcs_fer.config import Augmentation, Input, Sampling, Schedule
from qcs_fer.ema import WeightAverage
from qcs_fer.metrics import calibration_error, fit_temperature, measure, wilson_interval
from qcs_fer.sampler import QuadrupletSampler
from qcs_fer.schedule import rate_factor

LABELS = np.array([0] * 60 + [1] * 30 + [2] * 6 + [3])


def quadruplets(sampling, steps=40, branches=4):
    sampler = QuadrupletSampler(LABELS, 4, sampling, branches, seed=5)
    drawn = [sampler.draw(step, 16).reshape(branches, -1) for step in range(steps)]
    return sampler, np.concatenate(drawn, 1)


class Sampler(unittest.TestCase):
    def test_a_quadruplet_is_two_of_one_class_and_two_of_another(self):
        for scheme in ('natural', 'uniform', 'balanced', 'sqrt', '0.7'):
            _, (anchor, positive, negative, second) = quadruplets(Sampling(scheme, scheme))
            label = LABELS
            self.assertTrue((label[anchor] == label[positive]).all())
            self.assertTrue((label[negative] == label[second]).all())
            self.assertTrue((label[anchor] != label[negative]).all())
            self.assertTrue((anchor != positive)[label[anchor] != 3].all())
            self.assertTrue((negative != second)[label[negative] != 3].all())

    def test_natural_anchors_pass_over_every_image_once_an_epoch(self):
        sampler = QuadrupletSampler(LABELS, 4, Sampling('natural', 'natural'), 4, seed=5)
        anchors = np.concatenate([sampler.draw(step, 4)[:1] for step in range(2 * len(LABELS))])
        for epoch in (anchors[:len(LABELS)], anchors[len(LABELS):]):
            self.assertEqual(sorted(epoch), list(range(len(LABELS))))

    def test_processes_share_an_epoch_without_overlap(self):
        sampler = QuadrupletSampler(LABELS, 4, Sampling('natural'), 1, seed=5)
        first = [sampler.draw(step, 8, rank, 2) for step in range(6) for rank in (0, 1)]
        self.assertEqual(len(set(np.concatenate(first))), 96)

    def test_uniform_draws_the_classes_of_anchors_and_negatives_alike(self):
        _, (anchor, _, negative, _) = quadruplets(Sampling(), 400)
        for drawn in (anchor, negative):
            shares = np.bincount(LABELS[drawn], minlength=4) / len(drawn)
            self.assertTrue((abs(shares - 0.25) < 0.04).all(), shares)

    def test_balanced_takes_every_class_equally_often_with_its_images_in_turn(self):
        sampler = QuadrupletSampler(LABELS, 4, Sampling('balanced'), 1, seed=5)
        epoch = np.concatenate([sampler.draw(step, 4) for step in range(25)])[:len(LABELS)]
        self.assertTrue((np.bincount(LABELS[epoch]) >= 22).all())
        for label, size in ((0, 60), (1, 30), (2, 6)):
            times = np.bincount(epoch[LABELS[epoch] == label], minlength=len(LABELS))[LABELS == label]
            self.assertLessEqual(times.max() - times.min(), 1 if size > 25 else 2)

    def test_mrr_takes_as_many_of_each_class_as_the_smallest_has(self):
        labels = LABELS[:-1]
        sampler = QuadrupletSampler(labels, 4, Sampling('mrr'), 1, seed=1)
        self.assertEqual(sampler.epoch_size, 18)
        epoch = np.concatenate([sampler.draw(step, 6) for step in range(3)])
        self.assertEqual(np.bincount(labels[epoch]).tolist(), [6, 6, 6])

    def test_a_step_is_the_same_whenever_it_is_drawn(self):
        sampler, _ = quadruplets(Sampling('0.7', 'sqrt'))
        again = QuadrupletSampler(LABELS, 4, Sampling('0.7', 'sqrt'), 4, seed=5)
        np.testing.assert_array_equal(sampler.draw(17, 16), again.draw(17, 16))
        self.assertFalse((sampler.draw(17, 16) == sampler.draw(18, 16)).all())


class Augment(unittest.TestCase):
    def setUp(self):
        self.images = torch.randint(0, 256, (6, 1, 48, 48), dtype=torch.uint8,
                                    generator=torch.Generator().manual_seed(1))

    def run_once(self, options, seed=1, images=None):
        return augment(self.images if images is None else images, 112, options, torch.Generator().manual_seed(seed))

    def test_without_options_it_is_the_evaluation_resize(self):
        self.assertTrue(torch.allclose(self.run_once(Augmentation(flip=0)), resize(self.images, 112, 'half-pixel'),
                                       atol=1e-6))

    def test_an_affine_map_that_does_nothing_is_the_evaluation_resize(self):
        result = self.run_once(Augmentation(flip=0, rotation=1e-9))
        self.assertTrue(torch.allclose(result, resize(self.images, 112, 'half-pixel'), atol=1e-4))

    def test_a_flip_mirrors(self):
        for options in (Augmentation(flip=1), Augmentation(flip=1, rotation=1e-9)):
            self.assertTrue(torch.allclose(self.run_once(options), resize(self.images, 112, 'half-pixel').flip(3),
                                           atol=1e-4))

    def test_everything_on_stays_in_range_and_repeats_with_its_seed(self):
        full = Augmentation(rotation=15, scale=.2, aspect=.1, shift=.1, contrast=.4, brightness=.4, gamma=.3,
                            saturation=.3, hue=.1, blur=.5,
                            noise=.5, erasing=1)
        colour = self.images.expand(-1, 3, -1, -1)
        for images in (self.images, colour):
            first, second, other = (self.run_once(full, seed, images) for seed in (3, 3, 4))
            self.assertTrue(torch.equal(first, second))
            self.assertFalse(torch.equal(first, other))
            self.assertTrue(torch.isfinite(first).all())
            self.assertTrue(first.min() > -0.5 and first.max() < 1.5)

    def test_erased_area_lies_within_its_bounds(self):
        grey = torch.full((64, 1, 48, 48), 128, dtype=torch.uint8)
        plain = self.run_once(Augmentation(flip=0), 2, grey)
        erased = self.run_once(Augmentation(flip=0, erasing=1, erased_area=(0.05, 0.1)), 2, grey)
        share = (erased != plain).float().mean((1, 2, 3))
        self.assertTrue(((share > 0.04) & (share < 0.115)).all(), share)

    def test_erased_pixels_are_the_mean_that_normalisation_turns_to_nothing(self):
        mean, std = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
        spec = Input(112, 'rgb', 'half-pixel', 112, 112, mean, std)
        options = Augmentation(flip=0, erasing=1, erased_area=(0.05, 0.1))
        white = torch.full((8, 3, 48, 48), 255, dtype=torch.uint8)
        erased = augment(white, 112, options, torch.Generator().manual_seed(2), mean)
        changed = normalise(erased, spec).permute(0, 2, 3, 1)[(erased < 0.9).all(1)]
        self.assertGreater(len(changed), 1000)
        self.assertLess(changed.abs().max().item(), 1e-5)
        grey = augment(white[:, :1], 112, options, torch.Generator().manual_seed(2), mean)
        self.assertLess((grey[grey < 0.9] - (0.299 * 0.5 + 0.587 * 0.4 + 0.114 * 0.3)).abs().max().item(), 1e-6)

    def test_mixup_stays_within_a_branch_and_keeps_distributions(self):
        images = torch.arange(8.0).view(8, 1, 1, 1)
        targets = torch.eye(8)
        result, shares = mixed(images, targets, 4, 0.4, torch.Generator().manual_seed(2))
        self.assertTrue(torch.allclose(shares.sum(1), torch.ones(8)))
        for branch in range(4):
            part = shares[2 * branch:2 * branch + 2]
            self.assertAlmostEqual(part[:, 2 * branch:2 * branch + 2].sum().item(), 2, places=5)
        self.assertTrue(torch.allclose(result.flatten(), shares @ images.flatten(), atol=1e-5))


class Rates(unittest.TestCase):
    def test_warm_up_stable_and_decay(self):
        schedule = Schedule('wsd', warmup_images=100, decay_images=400)
        factors = [rate_factor(schedule, seen, 1000, 50) for seen in (0, 49, 100, 600, 700, 1000)]
        self.assertEqual(factors[:4], [0.01, 0.5, 1.0, 1.0])
        self.assertAlmostEqual(factors[4], 0.5)
        self.assertEqual(factors[5], 0.0)

    def test_cosine_and_exponential(self):
        cosine = Schedule('cosine', floor=0.02)
        self.assertAlmostEqual(rate_factor(cosine, 475, 1000, 50, 50), 0.51)
        self.assertAlmostEqual(rate_factor(cosine, 950, 1000, 50, 50), 0.02)
        rising = [rate_factor(Schedule('cosine', 100), seen, 1000, 50, 50) for seen in (0, 50, 100)]
        self.assertEqual(rising, [0.5, 1.0, 1.0])
        self.assertAlmostEqual(rate_factor(Schedule('exponential', factor=0.98), 149, 1000, 50), 0.98 ** 2)

    def test_average_follows_weights_and_statistics(self):
        network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
        average = WeightAverage(network, 0.5)
        with torch.no_grad():
            network[0].weight.fill_(1)
            network[1].running_mean.fill_(4)
        average.network[0].weight.fill_(0)
        average.update(network)
        decay = 2 / 11
        self.assertAlmostEqual(average.network[0].weight[0, 0].item(), 1 - decay, places=6)
        self.assertAlmostEqual(average.network[1].running_mean[0].item(), 4 * (1 - decay), places=6)


class Metrics(unittest.TestCase):
    def test_measure_ignores_unlabelled_and_counts_by_class(self):
        logits = torch.tensor([[3.0, 0], [0, 3], [3, 0], [0, 3]])
        result = measure(logits, np.array([0, 0, 1, -1]), ('a', 'b'))
        self.assertEqual((result['n'], result['confusion']), (3, [[1, 1], [1, 0]]))
        self.assertAlmostEqual(result['accuracy']['value'], 1 / 3)
        self.assertAlmostEqual(result['macroRecall'], 0.25)

    def test_interval_is_wilsons(self):
        interval = wilson_interval(8, 10)
        self.assertAlmostEqual(interval['low'], 0.4902, places=4)
        self.assertAlmostEqual(interval['high'], 0.9433, places=4)

    def test_calibration_error_of_known_bins(self):
        probabilities = np.array([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10)
        labels = np.array([0] * 7 + [1] * 3 + [0] * 6 + [1] * 4)
        self.assertAlmostEqual(calibration_error(probabilities, labels), 0.1)

    def test_temperature_undoes_a_scaling(self):
        generator = torch.Generator().manual_seed(0)
        logits = torch.randn(4000, 4, generator=generator) * 2
        labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator).flatten().numpy()
        self.assertAlmostEqual(fit_temperature(logits * 3, labels), 3, delta=0.2)


if __name__ == '__main__':
    unittest.main()
