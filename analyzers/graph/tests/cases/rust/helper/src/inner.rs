pub struct Clock {
    ticks: u64,
}

impl Clock {
    pub fn new() -> Self {
        Self { ticks: tick() }
    }

    pub fn ticks(&self) -> u64 {
        self.ticks
    }
}

pub fn tick() -> u64 {
    1
}
