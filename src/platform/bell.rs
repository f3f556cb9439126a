//! Wakes whoever watches one thing when it has changed.
//!
//! A bell carries nothing: who hears it looks at the thing itself, so that it does not matter how
//! often it rang. What a whole organization follows is in `wake`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::Weak;

use tokio::sync::watch;
use uuid::Uuid;

/// The bells that somebody in this process listens to, by the key of the thing.
#[derive(Clone, Debug, Default)]
pub struct Bells(Arc<Mutex<HashMap<Uuid, Weak<watch::Sender<()>>>>>);

/// Hears one bell from the moment it was made.
#[derive(Debug)]
pub struct Listener {
    /// Keeps the bell as long as somebody listens.
    _bell: Arc<watch::Sender<()>>,
    heard: watch::Receiver<()>,
}

impl Bells {
    /// Listens to the bell of something, from now on.
    #[must_use]
    pub fn listen(&self, key: Uuid) -> Listener {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = bells.get(&key).and_then(Weak::upgrade);
        let bell = known.unwrap_or_else(|| {
            bells.retain(|_, it| it.strong_count() > 0);
            let bell = Arc::new(watch::Sender::new(()));
            bells.insert(key, Arc::downgrade(&bell));
            bell
        });
        Listener {
            heard: bell.subscribe(),
            _bell: bell,
        }
    }

    /// Rings one.
    pub fn ring(&self, key: Uuid) {
        let bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&key).and_then(Weak::upgrade) {
            bell.send_replace(());
        }
    }

    /// Rings all: what rang may have been missed.
    pub fn ring_all(&self) {
        let bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for bell in bells.values().filter_map(Weak::upgrade) {
            bell.send_replace(());
        }
    }
}

impl Listener {
    /// Waits until it rings; at once where it rang since the last time.
    pub async fn rung(&mut self) {
        // The sender is kept beside: it never ends first.
        let _always = self.heard.changed().await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::Bells;

    #[tokio::test]
    async fn what_rang_before_one_waits_is_heard_and_other_bells_are_not() {
        let bells = Bells::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (mut first, mut second) = (bells.listen(one), bells.listen(one));

        bells.ring(other);
        assert!(first.rung().now_or_never().is_none());
        bells.ring(one);
        bells.ring(one);
        assert!(first.rung().now_or_never().is_some());
        assert!(first.rung().now_or_never().is_none(), "once for both");
        bells.ring_all();
        assert!(first.rung().now_or_never().is_some());
        assert!(second.rung().now_or_never().is_some());
    }
}
