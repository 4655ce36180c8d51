"""Damage of the robustness augmentation: who suffers what, and whether each kind is what it says."""
import io
import unittest

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from qcs_fer.augment import augment
from qcs_fer.config import Augmentation, ConfigError, Robustness, config_from, to_json
from qcs_fer.robustness import KINDS, blur_matrices, compressed, damaged, drawn_kinds, resolution_matrices
from tests.test_training import TINY

STRENGTHS = {'rotation': 30, 'shift': 0.1, 'scale': 0.2, 'darkness': 0.8, 'brightness': 0.8, 'gamma': 0.8,
             'occlusion': 0.3, 'blur': 0.06,
             'resolution': 0.8, 'noise': 0.2, 'jpeg': 0.9}


def seeded(seed=1):
    return torch.Generator().manual_seed(seed)


def pictures(count, channels=1, side=48):
    """Smooth pictures with edges, 8 bits."""
    coarse = torch.rand(count, channels, 6, 6, generator=seeded(5))
    smooth = F.interpolate(coarse, (side, side), mode='bilinear', align_corners=False)
    smooth[:, :, side // 3:side // 2] *= 0.5
    return (smooth * 255).round() / 255


def only(kind, **more):
    return Robustness(probability=1, **{name: STRENGTHS[name] for name in KINDS[kind]}, **more)


class Choice(unittest.TestCase):
    def test_as_many_images_are_damaged_as_asked_by_one_to_kinds_damages_each(self):
        kinds = drawn_kinds(4000, Robustness(probability=0.6, kinds=2, **STRENGTHS), seeded())
        self.assertEqual(set(kinds), set(KINDS))
        damages = torch.stack(list(kinds.values())).sum(0)
        self.assertAlmostEqual((damages > 0).float().mean().item(), 0.6, delta=0.03)
        self.assertAlmostEqual((damages == 2).float().mean().item(), 0.3, delta=0.03)
        self.assertEqual(damages.max().item(), 2)
        for kind, chosen in kinds.items():
            self.assertAlmostEqual(chosen.float().mean().item(), 0.9 / 7, delta=0.02, msg=kind)

    def test_a_kind_without_strength_is_never_drawn(self):
        kinds = drawn_kinds(50, Robustness(probability=1, kinds=3, blur=0.05, gamma=0.5), seeded())
        self.assertEqual(set(kinds), {'lens', 'light'})
        self.assertEqual(drawn_kinds(50, Robustness(probability=1, kinds=3), seeded()), {})

    def test_without_probability_every_random_number_stays_where_it_was(self):
        images = (pictures(4) * 255).byte()
        plain = Augmentation(rotation=8, contrast=0.2, erasing=0.5)
        switched_off = Augmentation(rotation=8, contrast=0.2, erasing=0.5, robustness=Robustness(**STRENGTHS))
        self.assertTrue(torch.equal(augment(images, 112, plain, seeded()),
                                    augment(images, 112, switched_off, seeded())))

    def test_images_that_are_not_drawn_stay_as_they_are_and_the_others_change(self):
        images = pictures(40)
        for kind in set(KINDS) - {'movement'}:
            options = Robustness(probability=0.5, **{name: STRENGTHS[name] for name in KINDS[kind]})
            kinds = drawn_kinds(40, options, seeded())
            result = damaged(images, kinds, options, seeded(2))
            same = (result - images).abs().amax((1, 2, 3)) < 1e-6
            self.assertTrue(same[~kinds[kind]].all(), kind)
            self.assertGreater((~same[kinds[kind]]).float().mean().item(), 0.8, kind)
            self.assertTrue(((result * 255).round() / 255 - result).abs().max() < 1e-6, kind)
            self.assertTrue((images == pictures(40)).all(), 'the pictures given are left alone')

    def test_a_step_can_be_repeated(self):
        options = Augmentation(rotation=8, robustness=Robustness(probability=0.9, kinds=3, **STRENGTHS))
        images = (pictures(16) * 255).byte()
        self.assertTrue(torch.equal(augment(images, 112, options, seeded(3)), augment(images, 112, options, seeded(3))))
        self.assertFalse(torch.equal(augment(images, 112, options, seeded(3)),
                                     augment(images, 112, options, seeded(4))))

    def test_a_configuration_names_its_strengths_and_refuses_what_cannot_be(self):
        config = config_from({**TINY, 'augmentation': {'robustness': {'probability': 0.5, 'kinds': 2, 'blur': 0.05}}})
        self.assertEqual(config.augmentation.robustness, Robustness(probability=0.5, kinds=2, blur=0.05))
        self.assertEqual(to_json(config)['augmentation']['robustness']['blur'], 0.05)
        for wrong in ({'probability': 1.5}, {'resolution': -0.1}, {'kinds': 0}, {'jpg': 0.5}):
            self.assertRaises(ConfigError, config_from, {**TINY, 'augmentation': {'robustness': wrong}})


class Movement(unittest.TestCase):
    def test_moved_images_turn_further_than_the_others(self):
        images = (pictures(200) * 255).byte()
        options = Augmentation(flip=0, rotation=1e-6, robustness=Robustness(probability=0.5, rotation=40))
        moved = drawn_kinds(200, options.robustness, seeded(7))['movement']
        plain = augment(images, 48, Augmentation(flip=0), seeded())
        change = (augment(images, 48, options, seeded(7)) - plain).abs().mean((1, 2, 3))
        self.assertLess(change[~moved].max().item(), 1e-3)
        self.assertGreater(change[moved].median().item(), 0.01)

    def test_a_larger_plain_spread_is_kept(self):
        images = (pictures(40) * 255).byte()
        upright = augment(images, 48, Augmentation(flip=0), seeded())
        options = Augmentation(flip=0, rotation=40, robustness=Robustness(probability=1, rotation=1))
        self.assertGreater((augment(images, 48, options, seeded(3)) - upright).abs().mean((1, 2, 3)).median().item(),
                           0.01)


class Kinds(unittest.TestCase):
    def test_blur_is_a_gaussian_with_borders_continued(self):
        images, deviation = pictures(2), 0.05 * 48
        matrix = blur_matrices(torch.tensor([0.05, 0.05]), 48).unsqueeze(1)
        result = matrix @ images @ matrix.transpose(-1, -2)
        line = torch.exp(-(torch.arange(-24, 25) / deviation) ** 2 / 2)
        line = line / line.sum()
        padded = F.pad(images, (24, 24, 24, 24), mode='replicate')
        expected = F.conv2d(F.conv2d(padded, line.view(1, 1, 1, -1)), line.view(1, 1, -1, 1))
        self.assertLess((result - expected).abs().max().item(), 1e-4)
        self.assertTrue(torch.allclose(blur_matrices(torch.zeros(1), 48)[0], torch.eye(48), atol=1e-6))

    def test_loss_of_resolution_is_means_of_areas_and_bilinear_up(self):
        images = pictures(2)
        matrix = resolution_matrices(torch.tensor([0.75, 0.75]), 48).unsqueeze(1)
        expected = F.interpolate(F.avg_pool2d(images, 4), (48, 48), mode='bilinear', align_corners=False)
        self.assertLess((matrix @ images @ matrix.transpose(-1, -2) - expected).abs().max().item(), 1e-5)
        for lost in (0.0, 0.3, 0.9, 1.0):
            self.assertTrue(torch.allclose(resolution_matrices(torch.tensor([lost]), 48)[0].sum(1), torch.ones(48),
                                           atol=1e-5), lost)
        self.assertTrue(torch.allclose(resolution_matrices(torch.zeros(1), 48)[0], torch.eye(48), atol=1e-6))

    def test_jpeg_is_what_an_encoder_does(self):
        images = pictures(1, side=44)
        for quality in (10, 30, 75):
            buffer = io.BytesIO()
            Image.fromarray((images[0, 0] * 255).byte().numpy()).save(buffer, 'JPEG', quality=quality)
            expected = np.asarray(Image.open(buffer), np.float32)
            result = compressed(images, torch.tensor([quality]).view(1, 1, 1, 1))[0, 0].numpy() * 255
            self.assertEqual(result.shape, expected.shape)
            self.assertLess(np.abs(result - expected)[:40, :40].mean(), 0.6, quality)
            self.assertGreater(np.abs(images[0, 0].numpy() * 255 - expected).mean(), 0.6 if quality < 75 else 0.3,
                               'the comparison must mean something')

    def test_noise_is_as_strong_as_asked_and_the_same_in_all_channels(self):
        images = torch.full((400, 3, 16, 16), 0.5)
        options = only('sensor')
        result = damaged(images, {'sensor': torch.ones(400, dtype=torch.bool)}, options, seeded())
        self.assertTrue(torch.allclose(result[:, 0], result[:, 2]))
        deviations = (result[:, 0] - 0.5).std((1, 2))
        self.assertAlmostEqual(deviations.mean().item(), 0.1, delta=0.01)
        self.assertGreater(deviations.max().item(), 0.17)

    def test_light_goes_both_ways_within_its_strengths(self):
        images = torch.full((600, 1, 8, 8), 0.5)
        every = torch.ones(600, dtype=torch.bool)
        for name, low, high in (('darkness', 0.1, 0.5), ('brightness', 0.5, 0.9),
                                ('gamma', 0.5 ** 2.2256, 0.5 ** 0.4493)):
            level = damaged(images, {'light': every}, Robustness(probability=1, **{name: 0.8}), seeded())[:, 0, 0, 0]
            self.assertTrue(low - 0.01 < level.min() < low + 0.03, (name, level.min()))
            self.assertTrue(high - 0.03 < level.max() < high + 0.01, (name, level.max()))
        level = damaged(images, {'light': every}, only('light'), seeded())[:, 0, 0, 0]
        self.assertTrue(level.min() < 0.15 and level.max() > 0.85)

    def test_a_cover_takes_up_to_its_area(self):
        images = torch.full((500, 1, 48, 48), 0.5)
        result = damaged(images, {'cover': torch.ones(500, dtype=torch.bool)}, only('cover'), seeded())
        area = ((result - images).abs() > 0.02).float().mean((1, 2, 3))
        self.assertTrue(0.25 < area.max() < 0.32, area.max())
        self.assertAlmostEqual(area.mean().item(), 0.14, delta=0.03)


if __name__ == '__main__':
    unittest.main()
