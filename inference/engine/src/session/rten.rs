//! Sessions of the engine in Rust, `rten`: no library is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use camino::Utf8Path;
use rten::{NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::layout::GraphLayout;
use super::{LogitRows, Logits, OpenError, Session, SessionError, SessionFacts, SessionShape, check_place};
use crate::model::ModelConfig;
use crate::token::Token;

/// The name of the engine.
pub(crate) const ENGINE: &str = "rten";

/// The version of the engine, as `Cargo.toml` pins it.
const VERSION: &str = "0.27";

/// The axis of keys and values along which they grow: batch, heads, *tokens*, numbers.
const TOKENS: usize = 2;

/// A session of `rten`.
pub(crate) struct RtenSession {
    facts: SessionFacts,
    shape: SessionShape,
    model: rten::Model,
    inputs: Inputs,
    outputs: Vec<NodeId>,
    threads: Option<Arc<ThreadPool>>,
    past_shape: [usize; 4],
    slots: Vec<Slot>,
}

/// The inputs besides keys and values.
struct Inputs {
    tokens: NodeId,
    attention_mask: Option<NodeId>,
    positions: Option<NodeId>,
    wanted_rows: Option<NodeId>,
    has_past: Option<NodeId>,
    past: Vec<NodeId>,
}

/// The keys and values of a text.
#[derive(Default)]
struct Slot {
    held: usize,
    /// Empty until the slot is used.
    past: Vec<Tensor<f32>>,
}

impl RtenSession {
    /// Reads a graph. `threads` 0: as many as there are cores.
    pub(crate) fn open(
        graph: &Utf8Path,
        config: &ModelConfig,
        capacity: usize,
        slots: usize,
        threads: usize,
    ) -> Result<Self, OpenError> {
        let fault = |reason: String| OpenError::Graph { engine: ENGINE, path: graph.to_owned(), reason };
        let model = caught(|| rten::Model::load_file(graph).map_err(|error| error.to_string())).map_err(fault)?;
        let name = |id: NodeId| model.node_info(id).and_then(|node| node.name().map(str::to_owned)).unwrap_or_default();
        let names = |ids: &[NodeId]| ids.iter().map(|&id| name(id)).collect::<Vec<_>>();
        let layout = GraphLayout::new(&names(model.input_ids()), &names(model.output_ids()), config)
            .map_err(|error| fault(error.to_string()))?;
        let node = |name: &String| model.node_id(name).map_err(|error| fault(error.to_string()));
        let optional = |name: &Option<String>| name.as_ref().map(node).transpose();
        let inputs = Inputs {
            tokens: node(&layout.tokens)?,
            attention_mask: optional(&layout.attention_mask)?,
            positions: optional(&layout.positions)?,
            wanted_rows: optional(&layout.wanted_rows)?,
            has_past: optional(&layout.has_past)?,
            past: layout.past.iter().map(|(input, _)| node(input)).collect::<Result<_, _>>()?,
        };
        let mut outputs = vec![node(&layout.logits)?];
        for (_, output) in &layout.past {
            outputs.push(node(output)?);
        }
        let facts = SessionFacts {
            engine: ENGINE.to_owned(),
            version: VERSION.to_owned(),
            provider: "CPU".to_owned(),
            library: None,
            fallback: None,
        };
        Ok(Self {
            facts,
            shape: SessionShape { vocabulary: config.vocabulary, capacity, slots, rows: LogitRows::Any },
            model,
            inputs,
            outputs,
            threads: (threads > 0).then(|| Arc::new(ThreadPool::with_num_threads(threads))),
            past_shape: [1, config.key_value_heads, capacity, config.head_size],
            slots: (0..slots).map(|_| Slot::default()).collect(),
        })
    }

    /// The keys and values of the first `start` tokens of a slot, which are taken out of it.
    fn take_past(&mut self, slot: usize, start: usize) -> Vec<Tensor<f32>> {
        let Slot { held, past } = std::mem::take(&mut self.slots[slot]);
        if past.is_empty() {
            let make = || NdTensor::<f32, 4>::with_capacity(self.past_shape, TOKENS).into_dyn();
            return self.inputs.past.iter().map(|_| make()).collect();
        }
        let mut past = past;
        if start < held {
            past.iter_mut().for_each(|tensor| tensor.clip_dim(TOKENS, 0..start));
        }
        past
    }

    fn compute(
        &self,
        past: Vec<Tensor<f32>>,
        start: usize,
        tokens: &[Token],
        wanted: usize,
    ) -> Result<Vec<Value>, String> {
        let count = tokens.len();
        // Token numbers and positions are far below 2³¹.
        let numbers: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> =
            vec![(self.inputs.tokens, NdTensor::from_data([1, count], numbers).into())];
        if let Some(mask) = self.inputs.attention_mask {
            inputs.push((mask, NdTensor::from_data([1, start + count], vec![1_i32; start + count]).into()));
        }
        if let Some(positions) = self.inputs.positions {
            let numbers: Vec<i32> = (start..start + count).map(|position| position as i32).collect();
            inputs.push((positions, NdTensor::from_data([1, count], numbers).into()));
        }
        if let Some(rows) = self.inputs.wanted_rows {
            inputs.push((rows, Tensor::from(wanted.max(1) as i32).into()));
        }
        if let Some(has_past) = self.inputs.has_past {
            inputs.push((has_past, Tensor::from_data(&[1], vec![1_i32]).into()));
        }
        inputs.extend(self.inputs.past.iter().copied().zip(past.into_iter().map(|tensor| Value::from(tensor).into())));
        let options = RunOptions::default().with_thread_pool(self.threads.clone());
        caught(|| self.model.run(inputs, &self.outputs, Some(options)).map_err(|error| error.to_string()))
    }
}

impl Session for RtenSession {
    fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn limit_to_last_row(&mut self) {
        self.shape.rows = LogitRows::Last;
    }

    fn set_fallback(&mut self, reason: String) {
        self.facts.fallback = Some(reason);
    }

    fn shape(&self) -> SessionShape {
        self.shape
    }

    fn run(
        &mut self,
        slot: usize,
        start: usize,
        tokens: &[Token],
        wanted: usize,
        logits: &mut Logits,
    ) -> Result<(), SessionError> {
        check_place(self.shape, self.slots[slot].held, start, tokens.len(), wanted)?;
        let past = self.take_past(slot, start);
        let answer = self.compute(past, start, tokens, wanted);
        let mut values = answer.map_err(|reason| SessionError::Engine { engine: ENGINE, reason })?.into_iter();
        let rows = values.next().and_then(Value::into_tensor::<f32>);
        let present: Vec<Tensor<f32>> = values.filter_map(Value::into_tensor::<f32>).collect();
        let held = start + tokens.len();
        if let Some(strange) = present.iter().find(|tensor| tensor.ndim() != 4 || tensor.size(TOKENS) != held) {
            return Err(SessionError::Answer {
                expected: format!("keys and values of {held} tokens"),
                found: format!("{:?}", strange.shape()),
            });
        }
        self.slots[slot] = Slot { held, past: present };
        let rows = rows.unwrap_or_else(|| Tensor::zeros(&[0]));
        let (shape, vocabulary) = (rows.shape().as_ref().to_vec(), self.shape.vocabulary);
        match shape.as_slice() {
            &[1, given, width] if width == vocabulary && given >= wanted => {
                let target = logits.reset(wanted, vocabulary);
                let rows = rows.to_contiguous();
                let values = rows.data();
                target.copy_from_slice(&values[(given - wanted) * width..]);
                Ok(())
            }
            _ => Err(SessionError::Answer {
                expected: format!("{wanted} rows of {vocabulary} logits"),
                found: format!("{shape:?}"),
            }),
        }
    }
}

/// What `work` says, where a panic is an error as well: a graph that nobody foresaw must not end the process.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("the engine failed: {}", text.unwrap_or("no reason given")))
    })
}
