//! Documents: taking a thousand in through reading processes, and searching them, beside the bare search library over the
//! same passages in the same run.

#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]

use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use resync_api::documents::model::{DocumentHeader, GetDocument, ListDocuments, SearchRequest};
use resync_knowledge_graph::documents::reader::ReaderConfig;
use resync_knowledge_graph::documents::store::files::{Bounds, FileStore};
use resync_knowledge_graph::documents::{Config, FolderConfig, Handle, Limits};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TEXT};
use tantivy::{IndexReader, TantivyDocument, Term};

const DOCUMENTS: usize = 1_000;
const SECTIONS: usize = 6;
const WORDS: usize = 80;
const VOCABULARY: u64 = 4_000;
const QUERIES: usize = 2_000;

/// The same text in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// Some words come often and most of them rarely, as in real text.
    fn word(&mut self) -> String {
        let rank = self.roll(VOCABULARY).min(self.roll(VOCABULARY)).min(self.roll(VOCABULARY));
        const PARTS: [&str; 12] =
            ["ba", "ke", "li", "mo", "nu", "pra", "ster", "tion", "vel", "zer", "agen", "job"];
        let (a, b, c) = (rank % 12, rank / 12 % 12, rank / 144 % 28);
        format!(
            "{}{}{}",
            PARTS[a as usize],
            PARTS[b as usize],
            ["", "s", "a", "o", "ing", "ado", "er"][c as usize % 7]
        )
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn runbook(dice: &mut Dice, number: usize) -> String {
    let mut text = format!("# Runbook {} {number}\n\n", dice.words(2));
    for section in 0..SECTIONS {
        text.push_str(&format!(
            "## {}\n\n{}. See AWSB{:02}{:03}E.\n\n",
            dice.words(3),
            dice.words(WORDS),
            section,
            dice.roll(900)
        ));
    }
    text
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut dice = Dice(7);
    let runbooks = folder.path().join("runbooks");
    std::fs::create_dir(&runbooks).expect("a folder");
    for number in 0..DOCUMENTS {
        std::fs::write(runbooks.join(format!("{number:04}.md")), runbook(&mut dice, number)).expect("a file");
    }
    let shutdown = Shutdown::new();
    let tasks = Tasks::new(shutdown.clone());
    let begun = Instant::now();
    let handle = open(folder.path(), &runbooks, &tasks).await;
    while handle.status().documents < DOCUMENTS as u32 || handle.status().pending_documents > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = begun.elapsed();
    let passages = handle.status().passages;
    println!("taking in {DOCUMENTS} files, {passages} passages, one reading process each");
    println!(
        "  folder to searchable   {:>9.1} ms   {:.2} ms a document",
        millis(took),
        millis(took) / DOCUMENTS as f64
    );

    let texts = all_texts(&handle).await;
    let begun = Instant::now();
    let bare = Bare::over(&folder.path().join("bare"), &texts);
    println!("  bare tantivy, one field, texts ready   {:>9.1} ms", millis(begun.elapsed()));

    let queries: Vec<String> = (0..QUERIES)
        .map(|number| match number % 4 {
            0 => format!("AWSB{:02}{:03}E", dice.roll(SECTIONS as u64), dice.roll(900)),
            _ => dice.words(4),
        })
        .collect();
    println!("searching {QUERIES} questions of four words or a code, five hits, one caller");
    let ours = measure(&queries, |query| {
        let request = SearchRequest { query: query.to_owned(), ..SearchRequest::default() };
        let handle = handle.clone();
        async move { handle.search(request).await.map_or(0, |found| found.hits.len()) }
    });
    println!("  library        {}", figures(ours.await));
    let bare = measure(&queries, |query| {
        let found = bare.search(query);
        async move { found }
    });
    println!("  bare tantivy   {}", figures(bare.await));

    let large = format!("# Large\n\n{}", dice.words(600_000));
    let begun = Instant::now();
    let header = DocumentHeader { name: "large.md".to_owned(), title: String::new() };
    let mut upload = handle.upload(header).expect("a place");
    upload.push(large.as_bytes()).expect("not too large");
    upload.finish("bench").await.expect("sound");
    println!("uploading {:.1} MB of Markdown until it is searchable", large.len() as f64 / 1e6);
    println!("  library        {:>9.1} ms", millis(begun.elapsed()));
    shutdown.begin();
    tasks.finish(Duration::from_secs(10)).await;
}

async fn open(folder: &Path, runbooks: &Path, tasks: &Tasks) -> Handle {
    let config = Config {
        data_folder: folder.join("data"),
        folder: Some(FolderConfig { path: runbooks.to_owned(), every: Duration::from_secs(60) }),
        reader: ReaderConfig::new(env!("CARGO_BIN_EXE_resync-document-reader").into(), Vec::new()),
        limits: Limits::default(),
    };
    let store = FileStore::open(folder.join("store"), Bounds::default()).expect("a store");
    let library = config.build(Arc::new(store), None).await.expect("a library");
    let handle = library.handle();
    let running = library.run(tasks.drain()).map(Ok::<_, Infallible>);
    tasks.spawn("documents", OnError::Report, OnDrain::Finish, running);
    handle
}

async fn all_texts(handle: &Handle) -> Vec<String> {
    let mut texts = Vec::new();
    let list = ListDocuments { page_size: 1_000, page_token: String::new() };
    for document in handle.list(&list).expect("listed").documents {
        let request = GetDocument { document_id: document.id, page_size: 100, page_token: String::new() };
        let read = handle.get(&request).await.expect("read");
        texts.extend(read.passages.into_iter().map(|passage| passage.text));
    }
    texts
}

/// One field with the library's own tokenizer: what a search costs at least.
struct Bare {
    reader: IndexReader,
    text: Field,
}

impl Bare {
    fn over(folder: &Path, texts: &[String]) -> Self {
        std::fs::create_dir(folder).expect("a folder");
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT | STORED);
        let index = tantivy::Index::create_in_dir(folder, schema.build()).expect("an index");
        let mut writer = index.writer_with_num_threads(1, 15_000_000).expect("a writer");
        for passage in texts {
            let mut document = TantivyDocument::default();
            document.add_text(text, passage);
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("committed");
        Self { reader: index.reader().expect("a reader"), text }
    }

    fn search(&self, query: &str) -> usize {
        let clauses = query.split(' ').map(|word| {
            let term = Term::from_field_text(self.text, &word.to_lowercase());
            let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            (Occur::Should, query)
        });
        let searcher = self.reader.searcher();
        let query = BooleanQuery::new(clauses.collect());
        let found = searcher.search(&query, &TopDocs::with_limit(5).order_by_score()).expect("searched");
        let read =
            found.iter().map(|(_, address)| searcher.doc::<TantivyDocument>(*address).expect("stored"));
        read.count()
    }
}

async fn measure<F: Future<Output = usize>>(queries: &[String], search: impl Fn(&str) -> F) -> Vec<Duration> {
    let mut taken = Vec::new();
    for (number, query) in queries.iter().enumerate() {
        let begun = Instant::now();
        std::hint::black_box(search(query).await);
        // The first ones read the files.
        if number > queries.len() / 10 {
            taken.push(begun.elapsed());
        }
    }
    taken
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn figures(mut taken: Vec<Duration>) -> String {
    taken.sort_unstable();
    let at = |share: usize| taken[taken.len() * share / 100].as_nanos() as f64 / 1_000.0;
    format!("p50 {:>7.1} us   p99 {:>7.1} us", at(50), at(99))
}
