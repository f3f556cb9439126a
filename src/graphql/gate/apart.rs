//! Operations that compute much run apart: on threads that take no requests, few at once, and fewer of one client,
//! so that whoever asks for something small does not wait for them.
//!
//! Which those are is said in `work`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::Weak;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use tokio::runtime::Builder;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::oneshot;
use tokio::task::JoinError;
use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::graphql::gate::meter::Client;
use crate::graphql::gate::work::Work;

/// Dear operations at once, of all clients.
const DEAR_AT_ONCE: usize = 4;
/// Dear operations at once of one client; the others of theirs wait.
const DEAR_OF_ONE: usize = 2;
/// Descriptions of the schema at once: each keeps a thread to itself, and what is kept is not made again.
const DESCRIPTIONS_AT_ONCE: usize = 1;
/// Clients that are remembered before those are let go of whom nothing runs.
const CLIENTS: usize = 1_000;

/// Stack of such a thread: reports go deep where nothing is optimized.
const STACK: usize = 8 * 1024 * 1024;

/// Where they run.
pub struct Apart {
    threads: [OnceLock<Option<Thread>>; DEAR_AT_ONCE],
    next: AtomicUsize,
    dear: Arc<Semaphore>,
    descriptions: Arc<Semaphore>,
    clients: Mutex<HashMap<Client, Weak<Semaphore>>>,
}

impl Apart {
    /// On threads of their own, which begin when they are first needed.
    pub fn new() -> Self {
        Self {
            threads: Default::default(),
            next: AtomicUsize::default(),
            dear: Arc::new(Semaphore::new(DEAR_AT_ONCE)),
            descriptions: Arc::new(Semaphore::new(DESCRIPTIONS_AT_ONCE)),
            clients: Mutex::default(),
        }
    }

    /// Runs what a client asks for in its turn. What is given up ends at its next pause, and keeps its seats until
    /// then.
    ///
    /// # Errors
    /// It panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: Work,
        client: Client,
        running: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        let all = match work {
            Work::Description => &self.descriptions,
            Work::Plain | Work::Dear => &self.dear,
        };
        let seats = self.seats(client, all).await;
        let seated = async move {
            let done = running.await;
            drop(seats);
            done
        };
        let mut task = Ending(self.thread().spawn(seated.in_current_span()));
        (&mut task.0).await
    }

    /// The next thread in turn; that of the caller where the system gives no more of them.
    fn thread(&self) -> Handle {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % DEAR_AT_ONCE;
        let thread = self.threads.get(turn).and_then(|it| {
            let begun = it.get_or_init(|| Thread::begin().ok());
            begun.as_ref().map(|it| it.handle.clone())
        });
        thread.unwrap_or_else(Handle::current)
    }

    /// One of the client's, and one of all.
    async fn seats(&self, client: Client, all: &Arc<Semaphore>) -> Vec<OwnedSemaphorePermit> {
        let mut seats = Vec::new();
        for of in [self.of(client), Arc::clone(all)] {
            // They are never closed.
            seats.extend(of.acquire_owned().await.ok());
        }
        seats
    }

    fn of(&self, client: Client) -> Arc<Semaphore> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = clients.get(&client).and_then(Weak::upgrade) {
            return known;
        }
        if clients.len() >= CLIENTS {
            clients.retain(|_, it| it.strong_count() > 0);
        }
        let made = Arc::new(Semaphore::new(DEAR_OF_ONE));
        clients.insert(client, Arc::downgrade(&made));
        made
    }
}

/// A thread that runs several operations in turn, each of them on it alone: what an operation looks up together is then
/// asked for with one statement, since whoever gathers it runs when the operation itself waits.
struct Thread {
    handle: Handle,
    /// The thread ends with it.
    _kept: oneshot::Sender<()>,
}

impl Thread {
    fn begin() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (kept, gone) = oneshot::channel::<()>();
        let running = std::thread::Builder::new()
            .name("apart".to_owned())
            .stack_size(STACK);
        running.spawn(move || {
            // Nothing is ever sent.
            let _gone = runtime.block_on(gone);
        })?;
        Ok(Self {
            handle,
            _kept: kept,
        })
    }
}

/// A task that ends when nobody waits for it any more.
struct Ending<T>(JoinHandle<T>);

impl<T> Drop for Ending<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use entity::ids::UserId;

    use super::Apart;
    use super::DEAR_OF_ONE;
    use crate::graphql::gate::meter::Client;
    use crate::graphql::gate::work::Work;

    fn client(number: u128) -> Client {
        Client::User(UserId(uuid::Uuid::from_u128(number)))
    }

    #[tokio::test]
    async fn whoever_floods_waits_and_others_do_not() {
        let apart = Arc::new(Apart::new());
        let begun = Arc::new(AtomicUsize::default());
        let flood: Vec<_> = (0..50)
            .map(|_| {
                let (apart, begun) = (Arc::clone(&apart), Arc::clone(&begun));
                tokio::spawn(async move {
                    let endless = async move {
                        begun.fetch_add(1, Ordering::Relaxed);
                        std::future::pending::<()>().await;
                    };
                    apart.run(Work::Dear, client(1), endless).await
                })
            })
            .collect();

        for number in 2..20 {
            let done = apart.run(Work::Dear, client(number), async move { number });
            assert_eq!(done.await.unwrap(), number);
        }
        assert_eq!(begun.load(Ordering::Relaxed), DEAR_OF_ONE);

        // What is given up gives its seat back.
        for task in &flood {
            task.abort();
        }
        let last = apart.run(Work::Dear, client(1), async { "last" }).await;
        assert_eq!(last.unwrap(), "last");
    }

    #[tokio::test]
    async fn a_panic_is_told_and_takes_no_seat() {
        let apart = Apart::new();
        for _ in 0..10 {
            let failing = async {
                let none = Vec::<()>::new().pop();
                none.expect("on purpose");
            };
            assert!(apart.run(Work::Dear, client(1), failing).await.is_err());
        }
    }
}
