//! Watching the folders of the workspace ourselves, for clients that watch no files: a `git checkout` beside the editor
//! must not leave answers of yesterday.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use montuno_base::{FileEvent, FileEventKind, Language, Utf8Path, Utf8PathBuf, walk};
use notify::event::{EventKind, MetadataKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use rustc_hash::FxHashSet;

use super::session::State;
use super::watch;

/// What happens together is taken in together: a checkout changes thousands of files.
const TOGETHER: Duration = Duration::from_millis(100);

/// The most folders that are watched one by one. Systems bound the number, for all programs of a user together.
const FOLDERS_AT_MOST: usize = 50_000;

/// Whether the system watches a folder with all that is in it at the price of one. Where it does not, each folder is
/// watched by itself, which leaves out those that are ignored.
const WATCHES_TREES: bool = cfg!(any(target_os = "macos", target_os = "windows"));

enum Message {
    Disk(notify::Result<notify::Event>),
    Roots,
}

/// The watching of a session. It ends with the session.
pub(crate) struct FolderWatch {
    messages: Sender<Message>,
}

impl FolderWatch {
    /// Begins to watch the folders of a session.
    pub(crate) fn start(session: &Arc<State>) -> Self {
        let (messages, received) = crossbeam_channel::unbounded();
        let (weak, events) = (Arc::downgrade(session), messages.clone());
        let follow = move || {
            let on_event = move |event| _ = events.send(Message::Disk(event));
            match notify::recommended_watcher(on_event) {
                Ok(watcher) => Watching { session: weak, watcher, roots: Vec::new(), folders: 0 }.follow(&received),
                Err(error) => tracing::warn!("files that change on disk are not noticed: {error}"),
            }
        };
        if let Err(error) = std::thread::Builder::new().name("folders".to_owned()).spawn(follow) {
            tracing::warn!("files that change on disk are not noticed: {error}");
        }
        let watch = Self { messages };
        watch.roots_changed();
        watch
    }

    /// The session has other folders now.
    pub(crate) fn roots_changed(&self) {
        // The thread ends before its sender only where nothing can be watched.
        let _ = self.messages.send(Message::Roots);
    }
}

struct Watching {
    session: Weak<State>,
    watcher: RecommendedWatcher,
    roots: Vec<Utf8PathBuf>,
    /// How many folders are watched one by one.
    folders: usize,
}

impl Watching {
    fn follow(mut self, messages: &Receiver<Message>) {
        while let Ok(first) = messages.recv() {
            let mut batch = Batch::default();
            let mut next = Some(first);
            while let Some(message) = next.take() {
                match message {
                    Message::Roots => self.watch_roots(),
                    Message::Disk(event) => self.take_in(event, &mut batch),
                }
                next = messages.recv_timeout(TOGETHER).ok();
            }
            let Some(session) = self.session.upgrade().filter(|session| !session.has_ended()) else { return };
            let names = session.host().names();
            batch.events.iter().for_each(|event| names.update(&event.path));
            watch::files_changed(&session, batch.events);
        }
    }

    fn watch_roots(&mut self) {
        let Some(session) = self.session.upgrade() else { return };
        let inputs = session.host().inputs();
        for root in self.roots.iter().filter(|root| !inputs.roots.contains(root)) {
            if let Err(error) = self.watcher.unwatch(root.as_std_path()) {
                tracing::debug!("{root}: {error}");
            }
        }
        let before = std::mem::replace(&mut self.roots, inputs.roots.to_vec());
        for root in inputs.roots.iter().filter(|root| !before.contains(root)) {
            self.watch(root);
        }
    }

    /// Watches a folder with those in it.
    fn watch(&mut self, folder: &Utf8Path) {
        if WATCHES_TREES {
            if let Err(error) = self.watcher.watch(folder.as_std_path(), RecursiveMode::Recursive) {
                tracing::warn!("{folder} is not watched for changes on disk: {error}");
            }
            return;
        }
        for folder in walk::folders(folder, &self.exclude()) {
            if self.folders == FOLDERS_AT_MOST {
                tracing::warn!(
                    "only {FOLDERS_AT_MOST} folders are watched; set `exclude` to leave out what is not looked at"
                );
                return;
            }
            self.folders += 1;
            if let Err(error) = self.watcher.watch(folder.as_std_path(), RecursiveMode::NonRecursive) {
                tracing::warn!("{folder} is not watched for changes on disk: {error}");
                if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) {
                    return;
                }
            }
        }
    }

    fn exclude(&self) -> Vec<String> {
        self.session.upgrade().map(|session| session.host().inputs().settings.exclude.clone()).unwrap_or_default()
    }

    fn take_in(&mut self, event: notify::Result<notify::Event>, batch: &mut Batch) {
        let event = match event {
            Ok(event) => event,
            Err(error) => return tracing::warn!("a change on disk may be lost: {error}"),
        };
        if event.need_rescan() {
            // The system lost count: whatever there is may have changed.
            for root in self.roots.clone() {
                self.add_files_of(&root, FileEventKind::Modified, batch);
            }
            return;
        }
        let paths: Vec<_> = event.paths.into_iter().filter_map(|path| Utf8PathBuf::from_path_buf(path).ok()).collect();
        match (event.kind, paths.as_slice()) {
            (EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)), paths) => {
                paths.iter().for_each(|path| self.came(path, batch));
            }
            (EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)), paths) => {
                paths.iter().for_each(|path| batch.add(path, FileEventKind::Deleted));
            }
            // Both halves of this one come by themselves as well, where the system tells them apart.
            (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) => {
                batch.add(from, FileEventKind::Deleted);
                self.came(to, batch);
            }
            (EventKind::Modify(ModifyKind::Name(_)), paths) => {
                for path in paths {
                    if path.exists() { self.came(path, batch) } else { batch.add(path, FileEventKind::Deleted) }
                }
            }
            // That a file was read is no change of it.
            (EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)), _) => {}
            (EventKind::Modify(_), paths) => paths.iter().for_each(|path| batch.add(path, FileEventKind::Modified)),
            _ => {}
        }
    }

    /// A file or a folder came. Of a folder, what was in it before it was watched is told as well.
    fn came(&mut self, path: &Utf8Path, batch: &mut Batch) {
        batch.add(path, FileEventKind::Created);
        if path.is_dir() && !path.is_symlink() {
            if !WATCHES_TREES {
                self.watch(path);
            }
            self.add_files_of(path, FileEventKind::Created, batch);
        }
    }

    fn add_files_of(&self, folder: &Utf8Path, kind: FileEventKind, batch: &mut Batch) {
        for file in walk::source_files(folder, &Language::with_names(), &self.exclude()) {
            batch.add(&file.path, kind);
        }
    }
}

/// Events that are taken in together, none twice.
#[derive(Default)]
struct Batch {
    events: Vec<FileEvent>,
    known: FxHashSet<(Utf8PathBuf, FileEventKind)>,
}

impl Batch {
    /// A file that was written with what comes after it counts once, unless it came or went in between.
    fn add(&mut self, path: &Utf8Path, kind: FileEventKind) {
        if !watch::concerns(path) {
            return;
        }
        if kind != FileEventKind::Modified {
            self.known.retain(|(other, _)| other != path);
        }
        if self.known.insert((path.to_owned(), kind)) {
            self.events.push(FileEvent { path: path.to_owned(), kind });
        }
    }
}
