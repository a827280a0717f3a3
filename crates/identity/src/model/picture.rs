use std::fmt;

/// A small picture in one of the kinds that every browser draws and none runs.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    kind: PictureKind,
    bytes: Vec<u8>,
}

/// What a picture is, by its own bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl PictureKind {
    /// The word used in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// Why bytes are no picture that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureRefusal {
    /// More bytes than are kept.
    #[error("a picture may have at most {} bytes", Picture::MAX_BYTES)]
    TooLarge,
    /// None of the kinds, or broken.
    #[error("a picture must be a PNG, JPEG, WebP or GIF")]
    NotAPicture,
    /// Too wide or too high, or nothing at all.
    #[error("a picture must be 1 to {} pixels wide and high", Picture::MAX_SIDE)]
    BadSize,
}

impl Picture {
    /// The most bytes a picture may have.
    pub const MAX_BYTES: usize = 1 << 20;
    /// The most pixels a side may have: a few bytes can claim to be a picture that fills a phone's memory.
    pub const MAX_SIDE: u32 = 4_096;

    /// Takes bytes that begin as a picture does. Nothing is decoded: what is drawn is for the reader's browser.
    ///
    /// # Errors
    /// See [`PictureRefusal`].
    pub fn parse(bytes: Vec<u8>) -> Result<Self, PictureRefusal> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PictureRefusal::TooLarge);
        }
        let (kind, width, height) = measure(&bytes).ok_or(PictureRefusal::NotAPicture)?;
        let fits = |side| (1..=Self::MAX_SIDE).contains(&side);
        if !fits(width) || !fits(height) {
            return Err(PictureRefusal::BadSize);
        }
        Ok(Self { kind, bytes })
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Eight hexadecimal digits that tell one picture from the next (FNV-1a).
    #[must_use]
    pub fn version(&self) -> String {
        let hash =
            self.bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        format!("{hash:08x}")
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("kind", &self.kind).field("bytes", &self.bytes.len()).finish()
    }
}

/// Kind, width and height, as the first bytes say.
fn measure(bytes: &[u8]) -> Option<(PictureKind, u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let is_header = bytes.get(12..16)? == b"IHDR";
        is_header.then_some((PictureKind::Png, big(bytes, 16, 4)?, big(bytes, 20, 4)?))
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some((PictureKind::Gif, little(bytes, 6, 2)?, little(bytes, 8, 2)?))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        let (width, height) = webp(bytes)?;
        Some((PictureKind::Webp, width, height))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        let (width, height) = jpeg(bytes)?;
        Some((PictureKind::Jpeg, width, height))
    } else {
        None
    }
}

/// The three ways in which a WebP begins.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        b"VP8L" => {
            let packed = little(bytes, 21, 4)?;
            (bytes.get(20)? == &0x2f).then_some(((packed & 0x3fff) + 1, ((packed >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            let is_key_frame = bytes.get(23..26)? == b"\x9d\x01\x2a";
            is_key_frame.then_some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff))
        }
        _ => None,
    }
}

/// The first frame header of a JPEG. Segments before it are passed over, each at least a marker and a length.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if bytes.get(at)? != &0xff {
            return None;
        }
        match bytes.get(at + 1)? {
            // Filling.
            0xff => at += 1,
            // Frame headers, of whatever coding; among them stand three that are none.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            // The pixels begin, or the end has come, before any frame.
            0xd8..=0xda => return None,
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at + length)?.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at + length)?.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn size(bytes: &[u8]) -> Option<(PictureKind, u32, u32)> {
        measure(bytes)
    }

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(size(&png(3, 4)), Some((PictureKind::Png, 3, 4)));
        assert_eq!(size(b"GIF89a\x05\0\x06\x01"), Some((PictureKind::Gif, 5, 262)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\0\x07\x01\0\x03";
        assert_eq!(size(jpeg), Some((PictureKind::Jpeg, 256, 7)));
        let mut extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        extended.extend([8, 0, 0, 9, 0, 0]);
        assert_eq!(size(&extended), Some((PictureKind::Webp, 9, 10)));
        let mut lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f".to_vec();
        lossless.extend((10_u32 | (11 << 14)).to_le_bytes());
        assert_eq!(size(&lossless), Some((PictureKind::Webp, 11, 12)));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x0d\0\x0e\0";
        assert_eq!(size(lossy), Some((PictureKind::Webp, 13, 14)));
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_claims() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for bytes in [&b""[..], svg, b"<html>", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF____WEBPVP8?"] {
            assert_eq!(Picture::parse(bytes.to_vec()), Err(PictureRefusal::NotAPicture), "{bytes:?}");
        }
        let endless = [b"\xff\xd8".to_vec(), vec![0xff; 1_000]].concat();
        assert_eq!(Picture::parse(endless), Err(PictureRefusal::NotAPicture));
    }

    #[test]
    fn pictures_have_bounds() {
        assert!(Picture::parse(png(4_096, 1)).is_ok());
        for (width, height) in [(4_097, 1), (1, u32::MAX), (0, 1)] {
            assert_eq!(Picture::parse(png(width, height)), Err(PictureRefusal::BadSize));
        }
        let mut heavy = png(1, 1);
        heavy.resize(Picture::MAX_BYTES, 0);
        assert!(Picture::parse(heavy.clone()).is_ok());
        heavy.push(0);
        assert_eq!(Picture::parse(heavy), Err(PictureRefusal::TooLarge));
    }

    #[test]
    fn another_picture_has_another_version() {
        let version = |bytes| Picture::parse(bytes).unwrap().version();
        assert_eq!(version(png(1, 1)), version(png(1, 1)));
        assert_ne!(version(png(1, 1)), version(png(1, 2)));
        assert_eq!(version(png(1, 1)).len(), 8);
    }
}
