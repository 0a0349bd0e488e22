//! Several operators.

use http::{Method, StatusCode};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::Api;

use crate::fake_api::FakeApi;
use crate::lease::{Candidate, UNINSTALL};

fn candidate(api: &FakeApi, me: &str) -> Candidate {
    let leases: Api<Lease> = Api::namespaced(api.client(), "ns");
    Candidate::new(leases, "kavka-operator", me)
}

#[tokio::test]
async fn the_first_operator_leads_and_the_second_stands_by() {
    let api = FakeApi::new();
    let (mut a, mut b) = (candidate(&api, "a"), candidate(&api, "b"));
    assert_eq!(a.try_hold().await.unwrap(), None);
    assert_eq!(b.try_hold().await.unwrap().as_deref(), Some("a"));
    assert_eq!(a.try_hold().await.unwrap(), None);
}

#[tokio::test]
async fn a_lease_given_back_is_taken_at_once() {
    let api = FakeApi::new();
    let (mut a, mut b) = (candidate(&api, "a"), candidate(&api, "b"));
    a.try_hold().await.unwrap();
    b.release().await.unwrap();
    assert_eq!(a.try_hold().await.unwrap(), None);
    a.release().await.unwrap();
    assert_eq!(b.try_hold().await.unwrap(), None);
}

#[tokio::test]
async fn of_two_that_take_the_lease_at_once_one_stands_by() {
    let api = FakeApi::new();
    let mut a = candidate(&api, "a");
    a.try_hold().await.unwrap();
    api.refuse(Method::PUT, "/leases/", StatusCode::CONFLICT, "modified");
    assert!(a.try_hold().await.unwrap().is_some());
}

#[tokio::test]
async fn removing_the_chart_takes_the_lease_away() {
    let api = FakeApi::new();
    let (mut a, hook) = (candidate(&api, "a"), candidate(&api, UNINSTALL));
    a.try_hold().await.unwrap();
    hook.hand_over(UNINSTALL).await.unwrap();
    assert_eq!(a.try_hold().await.unwrap().as_deref(), Some(UNINSTALL));
}
