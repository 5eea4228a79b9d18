//! How the engine is asked: its own defaults, and what the user set.

use montuno_base::Settings;
use ra_ap_hir::{ClosureStyle, PrefixKind};
use ra_ap_ide::{
    AdjustmentHints, AdjustmentHintsMode, AnnotationConfig, AnnotationLocation, AssistConfig, AssistKind,
    CallHierarchyConfig, CallableSnippets, ClosureReturnTypeHints, CompletionConfig, CompletionFieldsToResolve,
    DiagnosticsConfig, DiscriminantHints, ExprFillDefaultMode, FindAllRefsConfig, GenericParameterHints,
    GotoDefinitionConfig, GotoImplementationConfig, HighlightConfig, HighlightRelatedConfig, HoverConfig,
    HoverDocFormat, InlayFieldsToResolve, InlayHintsConfig, LifetimeElisionHints, MemoryLayoutHoverConfig,
    MemoryLayoutHoverRenderKind, RaFixtureConfig, RenameConfig, SearchScope, SubstTyLen, TypeHintsPlacement,
};
use ra_ap_ide_completion::AutoImportExclusionType;
use ra_ap_ide_db::SnippetCap;
use ra_ap_ide_db::imports::insert_use::{ImportGranularity, InsertUseConfig};
use rustc_hash::FxHashSet;

/// Rust inside the strings of rust-analyzer's own tests is left alone.
const FIXTURES: RaFixtureConfig<'static> = RaFixtureConfig { disable_ra_fixture: true, ..RaFixtureConfig::default() };

/// How imports are written.
const IMPORTS: InsertUseConfig = InsertUseConfig {
    granularity: ImportGranularity::Crate,
    enforce_granularity: false,
    prefix_kind: PrefixKind::ByCrate,
    group: true,
    skip_glob_imports: false,
};

/// How far expressions of a wanted type are searched.
const TERM_SEARCH_FUEL: u64 = 1800;

pub(crate) fn definition() -> GotoDefinitionConfig<'static> {
    GotoDefinitionConfig { ra_fixture: FIXTURES }
}

pub(crate) fn implementation() -> GotoImplementationConfig {
    GotoImplementationConfig { filter_adjacent_derive_implementations: false }
}

pub(crate) fn references(scope: Option<SearchScope>) -> FindAllRefsConfig<'static> {
    FindAllRefsConfig { search_scope: scope, ra_fixture: FIXTURES, exclude_imports: false, exclude_tests: false }
}

pub(crate) fn highlights() -> HighlightRelatedConfig {
    HighlightRelatedConfig {
        references: true,
        exit_points: true,
        break_points: true,
        closure_captures: true,
        yield_points: true,
        branch_exit_points: true,
    }
}

pub(crate) fn call_hierarchy() -> CallHierarchyConfig<'static> {
    CallHierarchyConfig { exclude_tests: false, ra_fixture: FIXTURES }
}

pub(crate) fn hover() -> HoverConfig<'static> {
    HoverConfig {
        links_in_hover: true,
        memory_layout: Some(MemoryLayoutHoverConfig {
            size: Some(MemoryLayoutHoverRenderKind::Both),
            offset: Some(MemoryLayoutHoverRenderKind::Hexadecimal),
            alignment: Some(MemoryLayoutHoverRenderKind::Hexadecimal),
            padding: None,
            niches: false,
        }),
        documentation: true,
        keywords: true,
        format: HoverDocFormat::Markdown,
        max_trait_assoc_items_count: None,
        max_fields_count: Some(5),
        max_enum_variants_count: Some(5),
        max_subst_ty_len: SubstTyLen::LimitTo(20),
        show_drop_glue: true,
        ra_fixture: FIXTURES,
    }
}

pub(crate) fn inlay_hints(settings: &Settings) -> InlayHintsConfig<'static> {
    let set = &settings.inlay_hints;
    InlayHintsConfig {
        render_colons: true,
        type_hints: set.variable_types,
        type_hints_placement: TypeHintsPlacement::Inline,
        sized_bound: false,
        discriminant_hints: DiscriminantHints::Never,
        parameter_hints: set.parameter_names,
        parameter_hints_for_missing_arguments: false,
        generic_parameter_hints: GenericParameterHints { type_hints: false, lifetime_hints: false, const_hints: true },
        chaining_hints: set.chained_calls,
        adjustment_hints: AdjustmentHints::Never,
        adjustment_hints_disable_reborrows: false,
        adjustment_hints_mode: AdjustmentHintsMode::Prefix,
        adjustment_hints_hide_outside_unsafe: false,
        closure_return_type_hints: ClosureReturnTypeHints::Never,
        closure_capture_hints: false,
        binding_mode_hints: false,
        implicit_drop_hints: false,
        implied_dyn_trait_hints: true,
        lifetime_elision_hints: LifetimeElisionHints::Never,
        param_names_for_lifetime_elision_hints: false,
        hide_inferred_type_hints: false,
        hide_named_constructor_hints: false,
        hide_closure_initialization_hints: false,
        hide_closure_parameter_hints: false,
        range_exclusive_hints: false,
        closure_style: ClosureStyle::ImplFn,
        max_length: Some(25),
        closing_brace_hints_min_lines: Some(25),
        fields_to_resolve: InlayFieldsToResolve::empty(),
        ra_fixture: FIXTURES,
    }
}

pub(crate) fn highlighting() -> HighlightConfig<'static> {
    HighlightConfig {
        strings: true,
        comments: true,
        punctuation: false,
        specialize_punctuation: false,
        operator: true,
        specialize_operator: false,
        inject_doc_comment: true,
        macro_bang: false,
        syntactic_name_ref_highlighting: false,
        ra_fixture: FIXTURES,
    }
}

/// `resolving` asks for all fields of the items at once, also for those that take long.
pub(crate) fn completion(settings: &Settings, resolving: bool) -> CompletionConfig<'static> {
    let set = &settings.completion;
    let exclude = |path: &str| (path.to_owned(), AutoImportExclusionType::Methods);
    CompletionConfig {
        enable_postfix_completions: set.postfix,
        enable_imports_on_the_fly: set.auto_import,
        enable_self_on_the_fly: true,
        enable_auto_iter: true,
        enable_auto_await: true,
        enable_private_editable: false,
        enable_term_search: false,
        term_search_fuel: TERM_SEARCH_FUEL,
        full_function_signatures: false,
        callable: set.call_parentheses.then_some(CallableSnippets::AddParentheses),
        add_colons_to_module: false,
        add_semicolon_to_unit: set.call_parentheses,
        snippet_cap: SnippetCap::new(true),
        insert_use: IMPORTS,
        prefer_no_std: false,
        prefer_prelude: true,
        prefer_absolute: false,
        snippets: Vec::new(),
        limit: None,
        fields_to_resolve: CompletionFieldsToResolve {
            resolve_documentation: !resolving,
            ..CompletionFieldsToResolve::empty()
        },
        // Their methods exist on everything and are hardly ever meant.
        exclude_flyimport: vec![exclude("core::borrow::Borrow"), exclude("core::borrow::BorrowMut")],
        exclude_traits: &[],
        ra_fixture: FIXTURES,
    }
}

/// `allowed` are the kinds of assists that are wanted; without it all are.
pub(crate) fn assists(allowed: Option<Vec<AssistKind>>) -> AssistConfig {
    AssistConfig {
        snippet_cap: SnippetCap::new(true),
        allowed,
        insert_use: IMPORTS,
        prefer_no_std: false,
        prefer_prelude: true,
        prefer_absolute: false,
        assist_emit_must_use: false,
        term_search_fuel: TERM_SEARCH_FUEL,
        code_action_grouping: false,
        expr_fill_default: ExprFillDefaultMode::Todo,
        prefer_self_ty: false,
        show_rename_conflicts: true,
    }
}

pub(crate) fn rename() -> RenameConfig {
    RenameConfig { prefer_no_std: false, prefer_prelude: true, prefer_absolute: false, show_conflicts: true }
}

/// Everything that the engine can find; what is shown, and how severely, is decided elsewhere.
pub(crate) fn diagnostics() -> DiagnosticsConfig {
    DiagnosticsConfig {
        enabled: true,
        proc_macros_enabled: false,
        proc_attr_macros_enabled: false,
        disable_experimental: false,
        disabled: FxHashSet::default(),
        expr_fill_default: ExprFillDefaultMode::Todo,
        style_lints: false,
        snippet_cap: SnippetCap::new(true),
        insert_use: IMPORTS,
        prefer_no_std: false,
        prefer_prelude: true,
        prefer_absolute: false,
        term_search_fuel: TERM_SEARCH_FUEL,
        show_rename_conflicts: true,
    }
}

pub(crate) fn annotations(settings: &Settings) -> AnnotationConfig<'static> {
    let set = &settings.code_lens;
    AnnotationConfig {
        binary_target: true,
        annotate_runnables: false,
        annotate_impls: set.implementations,
        annotate_references: set.references,
        annotate_method_references: set.references,
        annotate_enum_variant_references: false,
        references_exclude_imports: false,
        references_exclude_tests: false,
        location: AnnotationLocation::AboveName,
        filter_adjacent_derive_implementations: false,
        ra_fixture: FIXTURES,
    }
}
