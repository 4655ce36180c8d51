"""What is wrong with somebody's data is said by one kind of error, whatever it is; what is unusual but right is read.
"""
import io
import json
import struct
import tempfile
import unittest
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from qcs_fer import dataset_files
from qcs_fer.dataset_files import DatasetError, read_image, read_rows, unpacked
from qcs_fer.ferplus import load_ferplus
from qcs_fer.folders import load_export, load_folders

LIST = 'path,label,split,group\na.png,fear,train,\nb.png,anger,train,\n'


def encoded(kind, pixels=None, **options):
    stream = io.BytesIO()
    Image.fromarray(np.full((20, 20), 90, np.uint8) if pixels is None else pixels).save(stream, kind, **options)
    return stream.getvalue()


def png_header(width, height):
    """A PNG of a header and no pixels: what it claims costs nothing."""
    chunks = b'IHDR' + struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0), b'IDAT'
    return b'\x89PNG\r\n\x1a\n' + b''.join(struct.pack('>I', len(chunk) - 4) + chunk
                                           + struct.pack('>I', zlib.crc32(chunk)) for chunk in chunks)


class Folder(unittest.TestCase):
    """Each test has a folder that is gone afterwards."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root, self.cache = Path(folder.name) / 'data', Path(folder.name) / 'cache'
        self.root.mkdir()
        self.cache.mkdir()

    def write(self, **files):
        for name, content in files.items():
            path = self.root / name.replace('__', '/').replace('_', '.')
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def load(self, split='train', source=None):
        return load_export(source or self.root, self.cache, split, ('anger', 'fear'), 16, 1)

    def assert_refused(self, words, load=None):
        with self.assertRaises(DatasetError) as caught:
            (load or self.load)()
        self.assertIn(words, str(caught.exception))


class Tables(Folder):
    def test_a_list_with_a_byte_order_mark_is_read_like_one_without(self):
        self.write(a_png=encoded('png'), b_png=encoded('png'), labels_csv=b'\xef\xbb\xbf' + LIST.encode())
        self.assertEqual(self.load().argmax.tolist(), [1, 0])

    def test_lists_that_are_none_are_refused(self):
        self.write(a_png=encoded('png'), b_png=encoded('png'))
        for words, content in (('not text in UTF-8', LIST.encode('utf-16')), ('first line', ''),
                               ('first line', 'file,class\na.png,fear\n'),
                               ('line 2', 'path,label\n,fear\n'), ('line 4', 'path,label\na.png,fear\n\nb.png,\n'),
                               ('line 3', 'path,label\na.png,fear\nb.png\n'),
                               ("'holdout' in line 3", LIST.replace('anger,train', 'anger,holdout')),
                               ('no CSV', 'path,label\n"a".png,fear\n')):
            with self.subTest(words):
                self.write(labels_csv=content)
                self.assert_refused(words)

    def test_rows_without_a_split_are_left_out(self):
        self.write(a_png=encoded('png'), labels_csv=LIST.replace('anger,train', 'anger,'))
        self.assertEqual(len(self.load()), 1)

    def test_votes_are_numbers_by_class_or_refused(self):
        self.write(a_png=encoded('png'), b_png=encoded('png'), labels_csv=LIST)
        for votes in ([1], {'a.png': 3}, {'a.png': {'fear': 'much'}}, {'a.png': {'fear': -1}},
                      {'a.png': {'fear': True}}, {'a.png': {'fear': float('nan')}},
                      {'a.png': {'fear': float('inf')}}):
            with self.subTest(str(votes)):
                self.write(votes_json=json.dumps(votes))
                self.assert_refused('votes')
        self.write(votes_json='{')
        self.assert_refused('not JSON')
        self.write(votes_json=json.dumps({'a.png': {'fear': 1, 'anger': 3, 'contempt': 4}, 'b.png': {}}))
        self.assertEqual(self.load().targets.tolist(), [[0.75, 0.25], [1, 0]])


class Pictures(Folder):
    def test_images_that_cannot_be_read_are_named(self):
        whole = encoded('png', np.random.default_rng(1).integers(0, 255, (40, 40), dtype=np.uint8))
        for words, content in {'not an image': b'', 'text': 'hello', 'cut': whole[:len(whole) // 2],
                               'broken': whole[:60] + b'zzzz' + whole[64:],
                               'jpeg': encoded('jpeg')[:200], 'folder': None}.items():
            with self.subTest(words):
                self.write(labels_csv='path,label,split\na.png,fear,train\n')
                if content is None:
                    (self.root / 'a.png').unlink()
                    (self.root / 'a.png').mkdir()
                else:
                    self.write(a_png=content)
                self.assert_refused('a.png')

    def test_missing_images_are_counted_and_named(self):
        self.write(a_png=encoded('png'), labels_csv=LIST)
        self.assert_refused('1 images that are not there: b.png')

    def test_the_size_is_read_from_the_header(self):
        self.write(a_png=png_header(10_001, 10_000))
        self.assert_refused('megapixels', lambda: read_image(self.root / 'a.png', 1))
        self.write(a_png=png_header(60_000, 60_000))
        self.assert_refused('a.png', lambda: read_image(self.root / 'a.png', 1))

    def test_an_orientation_in_the_file_is_followed(self):
        pixels = np.full((16, 32), 20, np.uint8)
        pixels[:, :8] = 220
        upright = Image.Exif()
        upright[0x0112] = 6
        self.write(a_jpg=encoded('jpeg', pixels, exif=upright, quality=95))
        turned = read_image(self.root / 'a.jpg', 1)
        self.assertEqual(turned.shape, (32, 16))
        self.assertGreater(turned[:6].mean(), 200)
        self.assertLess(turned[12:].mean(), 40)

    def test_sixteen_bits_are_scaled_to_eight(self):
        self.write(a_png=encoded('png', np.full((8, 8), 0x80ff, np.uint16)))
        self.assertEqual(np.unique(read_image(self.root / 'a.png', 1)).tolist(), [0x80])
        self.assertEqual(read_image(self.root / 'a.png', 3).shape, (8, 8, 3))


class Splits(Folder):
    def test_class_folders_of_an_unknown_split_are_refused_and_junk_is_passed_over(self):
        self.write(train__fear__1_png=encoded('png'), __MACOSX='')
        (self.root / '__MACOSX' / 'fear').mkdir(parents=True)
        (self.root / '__MACOSX' / 'fear' / '2.png').write_bytes(b'')

        def load():
            return load_folders(self.root, self.cache, 'train', ('fear',), 16, 1)
        self.assertEqual(len(load()), 1)
        self.write(hold__fear__2_png=encoded('png'))
        self.assert_refused('hold is no split', load)
        self.assert_refused('no folder', lambda: load_folders(self.root / 'nothing', self.cache, 'train', ('fear',), 16,
                                                              1))

    def write(self, **files):
        super().write(**{name: content for name, content in files.items() if name != '__MACOSX'})


class Archives(Folder):
    def packed(self, files):
        path = self.root / 'export.zip'
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for name, content in files:
                archive.writestr(name, content)
        return path

    def test_separators_of_windows_are_read(self):
        path = self.packed([('faces\\a.png', encoded('png')),
                            ('labels.csv', 'path,label,split\nfaces/a.png,fear,train\n')])
        self.assertEqual(len(self.load(source=path)), 1)

    def test_a_small_archive_that_unpacks_to_too_much_is_refused_before_anything_is_written(self):
        path = self.packed([('zeros.bin', bytes(1 << 20)), ('more.bin', bytes(1 << 20))])
        limit = dataset_files.MAXIMUM_UNPACKED_BYTES
        self.assertEqual(limit, 1.5 * 2 ** 30)
        dataset_files.MAXIMUM_UNPACKED_BYTES = (2 << 20) - 1
        self.addCleanup(setattr, dataset_files, 'MAXIMUM_UNPACKED_BYTES', limit)
        self.assert_refused('1.5 GiB', lambda: unpacked(path, self.cache))
        self.assertEqual(list(self.cache.iterdir()), [])
        dataset_files.MAXIMUM_UNPACKED_BYTES += 1
        self.assertEqual(len(list(unpacked(path, self.cache).iterdir())), 2)

    def test_archives_that_are_broken_are_refused(self):
        good = self.packed([('labels.csv', LIST)]).read_bytes()
        at = good.index(LIST.encode()[:4]) if LIST.encode()[:4] in good else 60
        for words, content in {'no zip': b'PK', 'no zip ': good[:-30], 'no zip  ': good[:at] + b'\x00\x00\x00'
                               + good[at + 3:]}.items():
            with self.subTest(words):
                path = self.root / 'broken.zip'
                path.write_bytes(content)
                self.assert_refused(words.strip(), lambda: unpacked(path, self.cache))
        self.assert_refused('cannot be read', lambda: unpacked(self.root / 'absent.zip', self.cache))

    def test_encrypted_archives_and_names_that_stand_twice_are_refused(self):
        path = self.packed([('a.png', b'1'), ('b.png', b'2')])
        flagged = bytearray(path.read_bytes())
        flagged[flagged.index(b'PK\x01\x02') + 8] |= 1
        path.write_bytes(flagged)
        self.assert_refused('encrypted', lambda: unpacked(path, self.cache))
        path = self.packed([('faces/a.png', b'1'), ('faces\\a.png', b'2')])
        self.assert_refused('faces/a.png twice', lambda: unpacked(path, self.cache))


class Ferplus(Folder):
    header = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n'

    def load(self, split='train'):
        return load_ferplus(self.root, self.cache, split)

    def test_a_byte_order_mark_is_passed_over_and_broken_tables_are_refused(self):
        self.write(data__FER2013Train__a_png=encoded('png', np.zeros((48, 48), np.uint8)))
        row = 'Training,a.png,9,0,0,0,0,0,0,0,1,0\n'
        for words, content in (('other columns', 'Usage,Image name\n'), ('line 2', self.header + 'Training,a.png,9\n'),
                               ('UTF-8', (self.header + row).encode('utf-16')),
                               ('line 2', self.header + row.replace('9', 'many')),
                               ('line 3', self.header + row + 'Someday,b.png,9,0,0,0,0,0,0,0,1,0\n')):
            with self.subTest(words):
                self.write(fer2013new_csv=content)
                self.assert_refused(words)
        self.write(fer2013new_csv='\ufeff' + self.header + row)
        self.assertEqual(self.load().argmax.tolist(), [0])
        self.assert_refused('no test images', lambda: self.load('test'))

    def test_another_size_and_a_missing_table_are_refused(self):
        self.assert_refused('fer2013new.csv is missing')
        self.write(data__FER2013Train__a_png=encoded('png'), fer2013new_csv=self.header
                   + 'Training,a.png,9,0,0,0,0,0,0,0,1,0\n')
        self.assert_refused('48 x 48')


class Rows(Folder):
    def test_a_quoted_cell_may_hold_a_line_break(self):
        self.write(labels_csv='path,label\n"a\nb.png",fear\n\n')
        self.assertEqual(read_rows(self.root / 'labels.csv'), [(1, ['path', 'label']), (2, ['a\nb.png', 'fear'])])


if __name__ == '__main__':
    unittest.main()
