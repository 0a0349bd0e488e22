//! What tools are told.

use kavka_protocol::messages::{
    DescribeTransactionsRequest, ListTransactionsRequest, ListTransactionsResponse,
};

use super::*;

fn list(shell: &mut Shell, request: ListTransactionsRequest) -> ListTransactionsResponse {
    let token = shell.send(2, TransactionRequest::List(request));
    match shell.take(token) {
        Some(TransactionResponse::List(response)) => response,
        other => panic!("{other:?}"),
    }
}

fn ids(response: &ListTransactionsResponse) -> Vec<&str> {
    let states = response.transaction_states.iter();
    states
        .map(|state| state.transactional_id.as_str())
        .collect()
}

/// "id" has a transaction open, "other" has none.
fn two() -> (Shell, (i64, i16)) {
    let mut shell = Shell::new();
    let token = shell.send(5, init_request("other", (-1, -1)));
    shell.settled(token);
    let producer = shell.begin();
    shell.add(3, producer, &[3, 1]);
    (shell, producer)
}

#[test]
fn transactions_are_listed_by_state_producer_age_and_name() {
    let (mut shell, producer) = two();
    shell.pass(500);
    let all = ListTransactionsRequest {
        duration_filter: -1,
        ..Default::default()
    };
    assert_eq!(ids(&list(&mut shell, all.clone())), ["id", "other"]);
    let by_state = ListTransactionsRequest {
        state_filters: vec!["Ongoing".to_owned(), "Nonsense".to_owned()],
        ..all.clone()
    };
    let listed = list(&mut shell, by_state);
    assert_eq!(ids(&listed), ["id"]);
    assert_eq!(listed.unknown_state_filters, ["Nonsense"]);
    let by_producer = ListTransactionsRequest {
        producer_id_filters: vec![producer.0],
        ..all.clone()
    };
    assert_eq!(ids(&list(&mut shell, by_producer)), ["id"]);
    for (longer_than, expected) in [(499, &["id"][..]), (500, &[])] {
        let by_age = ListTransactionsRequest {
            duration_filter: longer_than,
            ..all.clone()
        };
        assert_eq!(ids(&list(&mut shell, by_age)), expected);
    }
    for (pattern, expected) in [("o.*", &["other"][..]), ("i", &[]), ("", &["id", "other"])] {
        let by_name = ListTransactionsRequest {
            transactional_id_pattern: Some(pattern.to_owned()),
            ..all.clone()
        };
        assert_eq!(ids(&list(&mut shell, by_name)), expected, "{pattern}");
    }
    let wrong = ListTransactionsRequest {
        transactional_id_pattern: Some("(".to_owned()),
        ..all
    };
    let refused = code(list(&mut shell, wrong).error_code);
    assert_eq!(refused, ErrorCode::InvalidRegularExpression);
}

#[test]
fn a_transaction_is_described() {
    let (mut shell, producer) = two();
    let request = DescribeTransactionsRequest {
        transactional_ids: vec!["id".to_owned(), "nobody".to_owned(), String::new()],
    };
    let token = shell.send(0, TransactionRequest::Describe(request));
    let Some(TransactionResponse::Describe(response)) = shell.take(token) else {
        panic!("not answered")
    };
    let [found, nobody, nameless] = &response.transaction_states[..] else {
        panic!("{response:?}")
    };
    assert_eq!(
        (found.error_code, &found.transaction_state[..]),
        (0, "Ongoing")
    );
    assert_eq!((found.producer_id, found.producer_epoch), producer);
    assert_eq!(found.transaction_timeout_ms, 60_000);
    assert_eq!(found.transaction_start_time_ms, 1_000_000);
    assert_eq!(
        (&found.topics[0].topic[..], &found.topics[0].partitions[..]),
        ("t", &[1, 3][..])
    );
    let told = code(nobody.error_code);
    assert_eq!(told, ErrorCode::TransactionalIdNotFound);
    assert_eq!(code(nameless.error_code), ErrorCode::InvalidRequest);
}
