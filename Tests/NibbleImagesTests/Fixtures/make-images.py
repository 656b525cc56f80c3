"""Writes the fixtures of images: small PNG and JPEG files of every kind with the pixels that Pillow makes of them, resized
images by each filter, and what transformers' image processors make of preprocessor files.

    pip install pillow numpy transformers
    python make-images.py FOLDER

images/    the files; those that nibble must refuse begin with "bad-"
images.json   for each readable file its size and pixels as transformers' load_image reads them
resize.json   sizes, filters and pixels of Image.resize
prepare.json  preprocessor files, an image's size and the numbers of the image processor that works with Pillow

Pixels and numbers are the bytes in base64, numbers as little-endian f32; an image that is resized or prepared is the one of
`picture` below, which a test draws again.
"""
import base64
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image, ImageDraw, PngImagePlugin
from transformers.image_utils import load_image


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def picture(width, height, channels=3):
    """Whole-number arithmetic only, so that it is the same everywhere: ramps, a grid and coarse noise."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    ramp = (x * (5 + 2 * c) + y * (3 + c) * 2 + 40 * c) % 256
    noise = ((x * 7919 + y * 104729 + c * 1299709) * 2654435761 % 4294967296) >> 24
    grid = ((x // 5 + y // 4 + c) % 3 == 0)
    return np.where(grid, noise, ramp).astype(np.uint8)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, rows, *chunks, interlace=0):
    """A PNG file from its filtered rows, for what Pillow doesn't write."""
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    body = b"".join(png_chunk(kind, data) for kind, data in chunks)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body + png_chunk(b"IDAT", zlib.compress(rows, 9))
            + png_chunk(b"IEND", b""))


def adam7(width, height, pixels, size):
    """Rows of the seven passes of an interlaced image (PNG specification §8.2), unfiltered."""
    rows = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        part = pixels[y0::dy, x0::dx]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    return rows


def saved(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def cmyk_files(rgb):
    """CMYK as Pillow writes it, with Adobe's marker, and YCCK, which the marker's last byte tells."""
    cmyk = saved(rgb.convert("CMYK"), "JPEG", quality=90)
    place = cmyk.index(b"Adobe")
    return {"cmyk.jpg": cmyk, "ycck.jpg": cmyk[:place + 11] + b"\x02" + cmyk[place + 12:]}


def png_files():
    w, h = 13, 9
    rgb, files = Image.fromarray(picture(w, h)), {}
    files["rgb.png"] = saved(rgb, "PNG", optimize=True)
    files["grey.png"] = saved(Image.fromarray(picture(w, h, 1)[..., 0]), "PNG")
    files["rgba.png"] = saved(Image.fromarray(picture(w, h, 4)), "PNG")
    files["grey-alpha.png"] = saved(Image.fromarray(picture(w, h, 2)), "PNG")
    palette = rgb.quantize(11)
    files["palette.png"] = saved(palette, "PNG")
    files["palette-transparency.png"] = saved(palette, "PNG", transparency=bytes([0, 255, 80, 3]))
    files["transparency.png"] = saved(rgb, "PNG", transparency=tuple(int(v) for v in picture(w, h)[2, 3]))
    bits = (picture(w, h, 1)[..., 0] > 100)
    files["bits-1.png"] = saved(Image.fromarray(bits), "PNG")
    for depth in (2, 4):
        values = picture(w, h, 1)[..., 0] >> (8 - depth)
        pad = np.zeros((h, (-w) % (8 // depth)), np.uint8)
        full = np.concatenate([values, pad], 1).reshape(h, -1, 8 // depth)
        packed = sum(full[..., i].astype(np.uint8) << (8 - depth * (i + 1)) for i in range(8 // depth)).astype(np.uint8)
        files[f"bits-{depth}.png"] = png(w, h, depth, 0, b"".join(b"\0" + row.tobytes() for row in packed))
    wide = picture(w, h, 4).astype(">u2") * 257 - 128
    wide[0, :5, 0] = [0, 1, 255, 256, 65535]
    for name, color, count in [("grey", 0, 1), ("rgb", 2, 3), ("grey-alpha", 4, 2), ("rgba", 6, 4)]:
        rows = b"".join(b"\0" + row.tobytes() for row in wide[..., :count].astype(">u2"))
        files[f"wide-{name}.png"] = png(w, h, 16, color, rows)
    files["interlaced.png"] = png(w, h, 8, 2, adam7(w, h, picture(w, h), 3), interlace=1)
    files["interlaced-wide-grey.png"] = png(w, h, 16, 0, adam7(w, h, wide[..., 0].astype(">u2"), 2), interlace=1)
    files["gamma.png"] = png(w, h, 8, 2, b"".join(b"\0" + r.tobytes() for r in picture(w, h)), (b"gAMA", struct.pack(">I", 100000)))
    exif = Image.Exif()
    exif[0x0112] = 6
    files["turned.png"] = saved(rgb, "PNG", exif=exif)
    files["one.png"] = saved(Image.fromarray(picture(1, 1)), "PNG")
    return files


def jpeg_files():
    rgb, files = Image.fromarray(picture(29, 19)), {}
    files["baseline.jpg"] = saved(rgb, "JPEG", quality=85)
    files["progressive.jpg"] = saved(rgb, "JPEG", quality=85, progressive=True)
    files["subsampled.jpg"] = saved(rgb, "JPEG", quality=60, subsampling=2)
    files["full.jpg"] = saved(rgb, "JPEG", quality=95, subsampling=0)
    files["restart.jpg"] = saved(rgb, "JPEG", quality=75, restart_marker_blocks=1)
    files["grey.jpg"] = saved(rgb.convert("L"), "JPEG", quality=80)
    files["rgb-kept.jpg"] = saved(rgb, "JPEG", quality=80, keep_rgb=True)
    files.update(cmyk_files(rgb))
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files[f"orientation-{orientation}.jpg"] = saved(rgb, "JPEG", quality=50, exif=exif)
    return files


def bad_files(good):
    rgb = Image.fromarray(picture(8, 8))
    files = {f"bad-{kind.lower()}.{kind.lower()}": saved(rgb, kind) for kind in ("GIF", "BMP", "WEBP", "TIFF")}
    files["bad-empty.png"] = b""
    files["bad-text.png"] = b"no image\n"
    files["bad-size-0.png"] = png(0, 0, 8, 2, b"")
    files["bad-size-100000.png"] = png(100000, 100000, 8, 2, b"\0")
    files["bad-pixels.png"] = png(30000, 30000, 8, 2, b"\0")
    jpeg = good["baseline.jpg"]
    frame = jpeg.index(b"\xff\xc0")
    files["bad-size-0.jpg"] = jpeg[:frame + 5] + struct.pack(">HH", 0, 0) + jpeg[frame + 9:]
    files["bad-size-65535.jpg"] = jpeg[:frame + 5] + struct.pack(">HH", 65535, 65535) + jpeg[frame + 9:]
    files["bad-cut.png"] = good["rgb.png"][:-60]
    files["bad-cut-end.png"] = good["rgb.png"][:-12]
    files["bad-cut-header.png"] = good["rgb.png"][:20]
    files["bad-checksum.png"] = good["rgb.png"][:60] + bytes([good["rgb.png"][60] ^ 1]) + good["rgb.png"][61:]
    files["bad-cut.jpg"] = jpeg[:-150]
    files["bad-cut-but-ended.jpg"] = jpeg[:-150] + b"\xff\xd9"
    files["bad-cut-header.jpg"] = jpeg[:frame]
    files["bad-cut-progressive.jpg"] = good["progressive.jpg"][:-100]
    return files


def write_images(folder):
    good = {**png_files(), **jpeg_files()}
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for name, data in {**good, **bad_files(good)}.items():
        (folder / "images" / name).write_bytes(data)
    known = {}
    for name in good:
        pixels = np.array(load_image(str(folder / "images" / name)))
        known[name] = {"width": pixels.shape[1], "height": pixels.shape[0], "pixels": text(pixels)}
    (folder / "images.json").write_text(json.dumps(known, indent=0) + "\n")


RESIZES = [(17, 11, 7, 5), (17, 11, 40, 23), (17, 11, 17, 4), (17, 11, 6, 11), (5, 31, 31, 5), (3, 2, 20, 16), (64, 48, 9, 7),
           (1, 1, 4, 3), (40, 40, 1, 1)]


def write_resizes(folder):
    cases = []
    for width, height, new_width, new_height in RESIZES:
        image = Image.fromarray(picture(width, height))
        for filter in range(6):
            pixels = np.array(image.resize((new_width, new_height), filter))
            cases.append({"width": width, "height": height, "newWidth": new_width, "newHeight": new_height,
                          "filter": filter, "pixels": text(pixels)})
    (folder / "resize.json").write_text(json.dumps(cases, indent=0) + "\n")


VIT = {"image_processor_type": "ViTImageProcessor"}
PREPARATIONS = [
    ({**VIT, "size": {"height": 16, "width": 12}}, 40, 30),
    ({**VIT, "size": {"height": 16, "width": 16}, "resample": 3, "do_rescale": False}, 9, 9),
    ({**VIT, "size": {"height": 16, "width": 16}, "do_normalize": False, "resample": 1}, 20, 33),
    ({**VIT, "size": {"height": 11, "width": 7}, "rescale_factor": 0.5, "image_mean": [1, 2, 3], "image_std": [4, 5, 0.1]}, 30, 20),
    ({**VIT, "do_resize": False}, 6, 5),
    ({**VIT, "size": {"shortest_edge": 10}}, 31, 17),
    ({**VIT, "size": {"shortest_edge": 10}}, 17, 31),
    ({**VIT, "size": {"shortest_edge": 10, "longest_edge": 13}}, 31, 17),
    ({**VIT, "size": {"shortest_edge": 10, "longest_edge": 100}}, 31, 17),
    ({**VIT, "size": {"max_height": 12, "max_width": 9}}, 31, 17),
    ({"image_processor_type": "DeiTImageProcessor", "size": {"height": 20, "width": 20}, "crop_size": {"height": 15, "width": 14}}, 33, 21),
    ({"image_processor_type": "BeitImageProcessor", "size": {"height": 18, "width": 18}, "resample": 2,
      "do_center_crop": True, "crop_size": {"height": 12, "width": 12}}, 21, 33),
    ({"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 18}, "crop_size": {"height": 14, "width": 14},
      "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}, 50, 35),
    # A crop larger than the image, along both edges and along one, with odd rests.
    ({"image_processor_type": "BitImageProcessor", "do_resize": False, "crop_size": {"height": 14, "width": 11}}, 6, 7),
    ({"image_processor_type": "BitImageProcessor", "do_resize": False, "crop_size": {"height": 14, "width": 10}}, 21, 9),
    ({"image_processor_type": "BitImageProcessor", "do_resize": False, "crop_size": {"height": 8, "width": 25}}, 20, 11),
    # The forms of feature extractors.
    ({"feature_extractor_type": "ViTFeatureExtractor", "size": 14, "do_resize": True, "do_normalize": True, "resample": 2}, 31, 17),
    ({"feature_extractor_type": "DeiTFeatureExtractor", "size": 20, "crop_size": 13, "do_center_crop": True, "resample": 3,
      "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}, 31, 17),
    ({"feature_extractor_type": "CLIPFeatureExtractor", "size": 12, "crop_size": 12}, 31, 17),
    ({"image_processor_type": "CLIPImageProcessor", "size": [9, 13], "do_center_crop": False}, 31, 17),
]


def write_preparations(folder):
    cases = []
    for given, width, height in PREPARATIONS:
        name = given.get("image_processor_type") or given["feature_extractor_type"].replace("FeatureExtractor", "ImageProcessor")
        processor = getattr(transformers, name + "Pil")(**{key: value for key, value in given.items() if "type" not in key})
        numbers = processor(Image.fromarray(picture(width, height)), return_tensors="np")["pixel_values"][0]
        assert numbers.dtype == np.float32 or not given.get("do_rescale", True), numbers.dtype
        cases.append({"file": given, "width": width, "height": height, "newWidth": numbers.shape[2],
                      "newHeight": numbers.shape[1], "numbers": text(numbers.astype("<f4"))})
    (folder / "prepare.json").write_text(json.dumps(cases, indent=0) + "\n")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    print("Pillow", PIL.__version__, "transformers", transformers.__version__)
    write_images(target)
    write_resizes(target)
    write_preparations(target)
