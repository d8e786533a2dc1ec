//! A hash table from `u64` to non-zero `u32`: open addressing, linear probing, at most three quarters full, twelve bytes a slot.

/// No value.
pub(super) const NONE: u32 = 0;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Lower and upper half of the key, and the value.
    slots: Vec<[u32; 3]>,
    used: usize,
}

impl Table {
    #[inline]
    fn slot(&self, key: u64) -> usize {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.slots.len() - 1)
    }

    /// The value of a key; 0 when it has none.
    #[inline]
    pub fn get(&self, key: u64) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        let (low, high) = (key as u32, (key >> 32) as u32);
        let mut at = self.slot(key);
        loop {
            let [l, h, value] = self.slots[at];
            if value == NONE || l == low && h == high {
                return value;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The value of `key`, which becomes `value` when it has none.
    pub fn get_or_insert(&mut self, key: u64, value: u32) -> u32 {
        let held = self.get(key);
        if held != NONE {
            return held;
        }
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            let size = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![[0, 0, NONE]; size]);
            old.into_iter().filter(|s| s[2] != NONE).for_each(|s| self.put(s));
        }
        self.put([key as u32, (key >> 32) as u32, value]);
        self.used += 1;
        value
    }

    fn put(&mut self, slot: [u32; 3]) {
        let mut at = self.slot(u64::from(slot[1]) << 32 | u64::from(slot[0]));
        while self.slots[at][2] != NONE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
    }

    /// How many keys have a value.
    pub fn len(&self) -> usize {
        self.used
    }

    /// All keys with a value.
    pub fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.slots.iter().filter(|s| s[2] != NONE).map(|s| u64::from(s[1]) << 32 | u64::from(s[0]))
    }

    /// Changes every value, to another that is not 0.
    pub fn change(&mut self, new: impl Fn(u32) -> u32) {
        self.slots.iter_mut().filter(|s| s[2] != NONE).for_each(|s| s[2] = new(s[2]));
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.slots.len() * std::mem::size_of::<[u32; 3]>()
    }
}
