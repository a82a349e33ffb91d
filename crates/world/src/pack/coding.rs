//! Numbers, texts and lists as bytes: varints, signed ones in zigzag, differences, runs.

use super::{CUT, Damage, RANGE};

/// Writes values in sequence.
#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value as u8) | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        texts.iter().for_each(|t| self.text(t));
    }

    pub fn deltas(&mut self, values: impl Iterator<Item = i64>) {
        let mut before = 0;
        for value in values {
            self.signed(value - before);
            before = value;
        }
    }

    pub fn points(&mut self, points: &[[i32; 2]]) {
        self.points_from([0, 0], points);
    }

    pub fn points_from(&mut self, start: [i32; 2], points: &[[i32; 2]]) {
        let mut before = start;
        for p in points {
            self.signed(i64::from(p[0]) - i64::from(before[0]));
            self.signed(i64::from(p[1]) - i64::from(before[1]));
            before = *p;
        }
    }

    /// Run-length encoded values.
    pub fn runs(&mut self, values: impl Iterator<Item = u64>) {
        let mut run: Option<(u64, u64)> = None;
        for value in values {
            match &mut run {
                Some((v, times)) if *v == value => *times += 1,
                _ => {
                    if let Some((v, times)) = run {
                        self.number(v);
                        self.number(times);
                    }
                    run = Some((value, 1));
                }
            }
        }
        if let Some((v, times)) = run {
            self.number(v);
            self.number(times);
        }
    }
}

/// Reads values in sequence and validates all of them.
pub struct Reader<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn number(&mut self) -> Result<u64, Damage> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(CUT)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(RANGE)
    }

    pub fn signed(&mut self) -> Result<i64, Damage> {
        let v = self.number()?;
        Ok((v >> 1) as i64 ^ -((v & 1) as i64))
    }

    /// A count of items; each takes at least one byte unless it is in a run.
    pub fn count(&mut self) -> Result<usize, Damage> {
        let count = self.number()? as usize;
        if count > 100_000_000 { Err(RANGE) } else { Ok(count) }
    }

    pub fn enough(&self, count: usize) -> Result<(), Damage> {
        if count > self.bytes.len() { Err(CUT) } else { Ok(()) }
    }

    pub fn slice(&mut self) -> Result<&'a [u8], Damage> {
        let len = self.count()?;
        let slice = self.bytes.get(self.at..self.at + len).ok_or(CUT)?;
        self.at += len;
        Ok(slice)
    }

    pub fn text(&mut self) -> Result<String, Damage> {
        let bytes = self.slice()?.to_vec();
        String::from_utf8(bytes).map_err(|_| Damage::Broken("a name is not UTF-8"))
    }

    pub fn texts(&mut self) -> Result<Vec<String>, Damage> {
        (0..self.count()?).map(|_| self.text()).collect()
    }

    pub fn points(&mut self, count: usize) -> Result<Vec<[i32; 2]>, Damage> {
        self.enough(count)?;
        let mut points = Vec::with_capacity(count);
        self.points_from([0, 0], count, &mut points)?;
        Ok(points)
    }

    pub fn points_from(
        &mut self,
        start: [i32; 2],
        count: usize,
        into: &mut Vec<[i32; 2]>,
    ) -> Result<(), Damage> {
        let mut p = [i64::from(start[0]), i64::from(start[1])];
        for _ in 0..count {
            p = [p[0].wrapping_add(self.signed()?), p[1].wrapping_add(self.signed()?)];
            let [lat, lon] = p.map(|v| i32::try_from(v).map_err(|_| RANGE));
            into.push([lat?, lon?]);
        }
        Ok(())
    }

    pub fn runs<T: Copy>(
        &mut self,
        count: usize,
        make: impl Fn(u64) -> Result<T, Damage>,
    ) -> Result<Vec<T>, Damage> {
        let mut values = Vec::with_capacity(count);
        while values.len() < count {
            let value = make(self.number()?)?;
            let times = self.number()? as usize;
            if times == 0 || times > count - values.len() {
                return Err(RANGE);
            }
            values.extend(std::iter::repeat_n(value, times));
        }
        Ok(values)
    }

    pub fn end(&self) -> Result<(), Damage> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(Damage::Broken("bytes are left over"))
        }
    }
}
