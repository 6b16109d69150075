"""The schemes that the demo plants, one function each, by the id of the rule that should find it.

A planter takes the world and the suppliers it is about, and hands on a world in which the traces
of the scheme are in the sources, and in ``planted`` who it was and since when.
"""

from collections.abc import Callable

from screening.demo.draws import Ints
from screening.demo.schemes import (
    behind,
    company,
    company_shape,
    contracts,
    delivery,
    forged_invoices,
    invoice_habits,
    invoices,
    ownership,
    pay,
    payments,
    permit_use,
    permits,
    records,
    sanctions,
    tax,
    tax_gaps,
)
from screening.demo.world import World

Planter = Callable[[World, Ints], World]

#: In the order of planting: what is invoiced comes first, since others look at it.
PLANTERS: dict[str, Planter] = {
    "account-changed-before-large-payment": payments.account_changed_before_large_payment,
    "split-invoices": invoices.split_invoices,
    "duplicate-invoice": invoices.duplicate_invoice,
    "paid-after-contract-end": contracts.paid_after_contract_end,
    "paid-without-contract": contracts.paid_without_contract,
    "paid-above-contract-value": contracts.paid_above_value,
    "plain-account-despite-giro": forged_invoices.plain_account_despite_giro,
    "invoice-name-unknown": forged_invoices.invoice_name_unknown,
    "account-not-in-register": forged_invoices.account_not_in_register,
    "near-duplicate-invoice": forged_invoices.near_duplicate_invoice,
    "foreign-account": forged_invoices.foreign_account,
    "paid-before-service": forged_invoices.paid_before_service,
    "dated-outside-registration": forged_invoices.dated_outside_registration,
    "round-amounts": invoice_habits.round_amounts,
    "consecutive-numbers": invoice_habits.consecutive_numbers,
    "dated-on-days-off": invoice_habits.dated_on_days_off,
    "unit-price-far-from-peers": invoice_habits.unit_price_far_from_peers,
    "same-amount-without-contract": invoice_habits.same_amount_without_contract,
    "we-are-most-of-revenue": invoice_habits.most_of_revenue,
    "first-digits": invoice_habits.first_digits,
    "amounts-jump": invoice_habits.amounts_jump,
    "no-active-permit": permits.no_active_permit,
    "permit-ended-payments-continue": permits.permit_ended,
    "permit-for-other-service": permits.permit_for_other_service,
    "permit-held-by-other-company": permits.permit_held_by_other,
    "dormant-permit-invoicing": permit_use.dormant_permit,
    "people-changed-before-permit-invoices": permit_use.people_changed,
    "permit-not-started": permit_use.permit_not_started,
    "unit-not-on-permit": permit_use.unit_elsewhere,
    "no-f-tax": tax.no_f_tax,
    "f-tax-lost": tax.f_tax_lost,
    "not-registered-as-employer": tax.not_registered_as_employer,
    "public-debt": tax.public_debt,
    "debt-growing": tax.debt_growing,
    "vat-charged-not-registered": tax_gaps.vat_not_registered,
    "private-debt": tax_gaps.private_debt,
    "f-tax-at-formation-large-invoices": tax_gaps.f_tax_at_once,
    "trading-prohibition": ownership.trading_prohibition,
    "on-sanctions-list": sanctions.on_sanctions_list,
    "owner-shared-same-contract-area": ownership.owner_shared,
    "owner-or-officer-is-staff": ownership.owner_is_staff,
    "bank-account-shared": ownership.account_shared,
    "phoenix": ownership.phoenix,
    "board-replaced": ownership.board_replaced,
    "circular-ownership": behind.circular,
    "indirect-owner-shared": behind.hidden_owner,
    "beneficial-owner-unknown": behind.owner_unknown,
    "officer-shared-same-contract-area": behind.officer_shared,
    "shared-with-staff": ownership.shared_with_staff,
    "new-company-inherits": behind.inherits,
    "front-person": behind.front_person,
    "take-over": behind.take_over,
    "behind-ended-contract": behind.behind_cancelled,
    "tied-to-critical-finding": behind.tied_to_critical,
    "deregistered": company.deregistered,
    "insolvency": company.insolvency,
    "new-company-large-invoices": company.new_company_large_invoices,
    "not-in-register": company.not_in_register,
    "shelf-company": company_shape.shelf_company,
    "line-of-business-far": company_shape.line_far,
    "mail-address-or-crowd": company_shape.mail_address,
    "changed-repeatedly": company_shape.changed_repeatedly,
    "worker-at-two-clients": delivery.worker_at_two_clients,
    "impossible-working-hours": delivery.impossible_hours,
    "no-time-to-travel": delivery.no_time_to_travel,
    "billed-more-than-reported": delivery.billed_more_than_reported,
    "manual-entries": delivery.manual_entries,
    "undeclared-subcontractor": delivery.undeclared_subcontractor,
}

#: Planted last, in payroll, which is made from the invoices.
PAY_PLANTERS: dict[str, Planter] = {
    "pay-too-low-for-invoiced": pay.pay_too_low,
    "no-employer-contributions": tax_gaps.no_contributions,
}

#: Planted last too: they look at who was visited, and nothing looks at them.
RECORD_PLANTERS: dict[str, Planter] = {
    "conviction-or-corporate-fine": records.conviction,
    "work-environment-decision": records.work_environment,
    "care-inspectorate-decision": records.care_inspectorate,
    "severe-complaint": records.severe_complaint,
    "tip-off": records.tip_off,
    "equity-below-half": records.equity_gone,
    "auditor-left-or-remarked": company_shape.auditor_trouble,
    "annual-report-late": records.report_missing,
    "no-employees": records.nobody_employed,
    "service-after-end": records.service_after_end,
    "billed-more-than-granted": delivery.billed_more_than_granted,
    "payment-remarks": records.payment_remarks,
    "complaints-above-peers": records.complaints_above_peers,
}


def plant(world: World, planters: dict[str, Planter]) -> World:
    """Plant each scheme at the suppliers that the cast has for it."""
    for scheme, planter in planters.items():
        world = planter(world, world.cast.scheme(scheme))
    return world
